'use client';
import { usePathname } from 'next/navigation';
/** Docked panels at the end edge of the desk, one full screen on the phone (page.md §1). */
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { usePhone } from '@/components/ui/use-phone';
import type { OpenComposer } from '@/lib/client/compose';
import { useClient } from '@/lib/client/hooks';
import { ComposerPanel } from './composer-panel';
import { sessionsOf } from './sessions';
import { useSystemBack } from './use-system-back';
import { useWords } from './use-words';

const PANEL = 656;

export default function ComposerDock({ open }: { open: readonly OpenComposer[] }) {
  const t = useTranslations('composer');
  const client = useClient();
  const words = useWords();
  const narrow = usePhone();
  // Its own page has nothing beside it.
  const alone = usePathname() === '/compose';
  const phone = alone || narrow;
  const { shown, raise, minimise } = useShown(open, phone, alone ? keyOfAddress() : null);
  const sessions = sessionsOf(client);
  useSavedOnHide();
  const front = open.find(({ key }) => shown.includes(key));
  useSystemBack(narrow && !alone && front ? front.key : null, () => {
    if (front) void sessions.get(front, words).close();
  });
  const doubled = open.flatMap(({ key, intent }) => {
    const other = intent.kind === 'draft' ? sessions.editing(intent.emailId, key) : undefined;
    return other ? [{ key, other: other.key }] : [];
  })[0];
  const settle = useEffectEvent(({ key, other }: { key: string; other: string }) => {
    client.composers.close(key);
    sessions.reopen(other);
    raise(other);
  });
  const [double, first] = [doubled?.key, doubled?.other];
  useEffect(() => {
    if (double && first) settle({ key: double, other: first });
  }, [double, first]);
  return (
    <section
      aria-label={t('composers')}
      data-composers=""
      className="pointer-events-none fixed inset-x-0 bottom-0 z-drawer flex items-end justify-end gap-4 md:px-4 print:hidden"
    >
      {open
        .filter(({ key }) => key !== double)
        .map((opened) => (
          <ComposerPanel
            key={opened.key}
            session={sessions.get(opened, words)}
            phone={phone}
            shown={shown.includes(opened.key)}
            onRaise={() => raise(opened.key)}
            onMinimise={() => minimise(opened.key)}
            onOwnWindow={() => void sessions.toWindow(sessions.get(opened, words))}
          />
        ))}
    </section>
  );
}

/** As many as there is room for, the last used first; the others stand as tabs. */
function useShown(open: readonly OpenComposer[], phone: boolean, first: string | null) {
  const [order, setOrder] = useState<readonly string[]>([]);
  const [minimised, setMinimised] = useState<ReadonlySet<string>>(new Set());
  const room = useRoom();
  const keys = open.map(({ key }) => key);
  const recent = [...order.filter((key) => keys.includes(key))];
  for (const key of keys) if (!recent.includes(key)) recent.unshift(key);
  // The page of one message shows that one.
  if (first !== null && keys.includes(first))
    recent.splice(0, recent.length, first, ...recent.filter((key) => key !== first));
  const shown = recent.filter((key) => !minimised.has(key)).slice(0, phone ? 1 : room);
  return {
    shown,
    raise: (key: string) => {
      setOrder([key, ...recent.filter((other) => other !== key)]);
      setMinimised(new Set([...minimised].filter((other) => other !== key)));
    },
    minimise: (key: string) => {
      setOrder(recent);
      setMinimised(new Set(minimised).add(key));
    },
  };
}

function useRoom(): number {
  const [room, setRoom] = useState(() => roomNow());
  useEffect(() => {
    const measure = () => setRoom(roomNow());
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  return room;
}

const keyOfAddress = () => new URLSearchParams(window.location.search).get('key');

const roomNow = () => Math.max(1, Math.floor((window.innerWidth - 16) / PANEL));

/** A page that goes to sleep may not wake up again. */
function useSavedOnHide(): void {
  const client = useClient();
  useEffect(() => {
    const gone = () => sessionsOf(client).leaveAll();
    const hide = () => {
      if (document.visibilityState === 'hidden') gone();
    };
    document.addEventListener('visibilitychange', hide);
    // Not every browser tells both of a page that is left.
    window.addEventListener('pagehide', gone);
    return () => {
      document.removeEventListener('visibilitychange', hide);
      window.removeEventListener('pagehide', gone);
    };
  }, [client]);
}
