'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import type { Client } from '@/lib/client/client';
import { localDrafts } from '@/lib/client/composer/local-drafts';
import { useClient, useComposers } from '@/lib/client/hooks';
import { opener } from './own-window';
import { sessionsOf } from './sessions';

export function ComposeScreen() {
  const t = useTranslations('composer');
  const client = useClient();
  const router = useRouter();
  const { open } = useComposers();
  const key = useRef<string | null>(null);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    // Once, also where effects run twice.
    if (key.current !== null) return;
    const params = new URLSearchParams(window.location.search);
    key.current = params.get('key') ?? crypto.randomUUID();
    void start(client, key.current, params);
  }, [client]);
  useEffect(() => {
    if (open.some((composer) => composer.key === key.current)) setShown(true);
    else if (shown) void leave(client, () => router.replace('/mail'));
  }, [open, shown, client, router]);
  return (
    <main className="grid h-dvh place-content-center gap-4 bg-pane text-center">
      <h1 className="sr-only">{t('title')}</h1>
      {shown && open.length === 0 && (
        <>
          <p className="px-4">{t('windowDone')}</p>
          <div>
            <Button onClick={() => window.close()}>{t('closeWindow')}</Button>
          </div>
        </>
      )}
    </main>
  );
}

/** A window of its own closes with its message, unless there is something to be taken back. */
async function leave(client: Client, toMail: () => void): Promise<void> {
  if (!opener()) return toMail();
  await sessionsOf(client).flushAll();
  if (client.toasts.current() === null) window.close();
}

async function start(client: Client, key: string, params: URLSearchParams): Promise<void> {
  const [accountId] = client.store.accountIds;
  if (accountId === undefined) return;
  window.history.replaceState(null, '', `/compose?key=${encodeURIComponent(key)}`);
  const kept = await localDrafts.ofAccounts(client.store.accountIds);
  // What was open is restored by the host.
  if (kept.some((draft) => draft.key === key && draft.open)) return;
  const mailto = params.get('mailto') ?? undefined;
  const to = params.get('to') ?? undefined;
  client.composers.open({ kind: 'new', accountId, to, mailto }, key);
}
