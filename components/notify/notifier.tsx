'use client';
/** Announces new mail while a page is open, in the tab that had the focus last. Text only: nothing is fetched for it (S8). */
import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { go } from '@/components/shell/use-route';
import { roleMailbox } from '@/lib/client/actions';
import { useAccounts, useClient } from '@/lib/client/hooks';
import { arrivals } from '@/lib/client/notify/arrivals';
import { Turn } from '@/lib/client/notify/turn';
import { hrefOf, type MailRoute, mailboxRoute, parseRoute } from '@/lib/client/route';
import { people, shortName } from '@/lib/client/row';
import type { EmailRow } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';

/** The next one takes the place of the last. */
const TAG = 'gatepost-new-mail';
/** A stranger chose them, and a system shows less. */
const MAX_WORDS = 200;

interface Arrived {
  accountId: Id;
  email: EmailRow;
}

export function Notifier() {
  const t = useTranslations('mail');
  const client = useClient();
  const router = useRouter();
  const accounts = useAccounts();
  /** Announced and not looked at yet. */
  const told = useRef<Arrived[]>([]);
  const shown = useRef<Notification>(null);

  const inboxOf = (accountId: Id) => roleMailbox(client.store.view(accountId), 'inbox')?.id;
  const isWatched = (accountId: Id): boolean => {
    if (document.visibilityState !== 'visible' || !document.hasFocus()) return false;
    const route = here();
    if (route?.view === 'all')
      return accounts.some(({ id, inAllInboxes }) => id === accountId && inAllInboxes);
    return (
      route?.view === 'mailbox' && route.accountId === accountId && route.mailboxId === inboxOf(accountId)
    );
  };
  const words = (all: readonly Arrived[]) => {
    const senders = people(
      all.map(({ email }) => email),
      'from',
    ).map(shortName);
    const [first] = all;
    if (!first || all.length > 1)
      return { title: t('newMessages', { n: all.length }), body: senders.join(', ') };
    const account = accounts.length > 1 && accounts.find(({ id }) => id === first.accountId)?.name;
    const subject = (first.email.subject?.trim() || t('noSubject')).slice(0, MAX_WORDS);
    return {
      title: senders[0] ?? t('noSender'),
      body: [subject, account].filter(Boolean).join('\n'),
    };
  };
  /** One is opened; of several the inbox. */
  const open = (all: readonly Arrived[]) => {
    const last = all.at(-1);
    const inbox = last && inboxOf(last.accountId);
    if (!last || !inbox) return;
    const { accountId, email } = last;
    const several = all.some((one) => one.accountId !== accountId);
    const route: MailRoute = several
      ? { view: 'all', accountId, threadId: null, folders: false }
      : { ...mailboxRoute(accountId, inbox), threadId: all.length === 1 ? email.threadId : null };
    if (here()) go(route);
    else router.push(hrefOf(route));
  };
  const forget = () => {
    told.current = [];
    shown.current?.close();
    shown.current = null;
  };
  const announce = useEffectEvent((accountId: Id, created: readonly Id[], since: string) => {
    const account = client.store.base(accountId);
    if (!account || !accounts.some(({ id, notify }) => id === accountId && notify) || isWatched(accountId))
      return;
    const fresh = arrivals(account, created, since);
    if (fresh.length === 0) return;
    told.current = [...told.current, ...fresh.map((email) => ({ accountId, email }))];
    const all = told.current;
    const { title, body } = words(all);
    const notice = new Notification(title.slice(0, MAX_WORDS), {
      body: body.slice(0, 2 * MAX_WORDS),
      tag: TAG,
      icon: '/icon-192.png',
    });
    shown.current = notice;
    notice.onclick = () => {
      window.focus();
      forget();
      open(all);
    };
    notice.onclose = () => {
      if (shown.current === notice) forget();
    };
  });

  const announced = accounts.flatMap(({ id, notify }) => (notify ? [id] : []));
  /** Changes are told from a state on, and where no list was opened there is none yet. */
  const begin = useEffectEvent(() => Promise.allSettled(announced.map((id) => client.loader.begin(id))));
  useEffect(() => {
    const since = `${new Date().toISOString().slice(0, 19)}Z`;
    const turn = new Turn();
    let leave: (() => void) | null = null;
    const stop = client.sync.onCreated((accountId, ids) => turn.mine && announce(accountId, ids, since));
    const end = new AbortController();
    // Until then another tab announces.
    void begin().then(() => {
      if (!end.signal.aborted) leave = turn.start();
    });
    return () => {
      end.abort();
      stop();
      leave?.();
    };
  }, [client]);
  const key = announced.join(' ');
  // Whose switch was turned on meanwhile.
  useEffect(() => {
    if (key !== '') void begin();
  }, [key]);
  const seen = useEffectEvent(forget);
  useEffect(() => {
    const onFocus = () => seen();
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, []);
  return null;
}

const here = (): MailRoute | null =>
  parseRoute(window.location.pathname, new URLSearchParams(window.location.search));
