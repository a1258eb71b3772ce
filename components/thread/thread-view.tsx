'use client';
/** The reading pane (page.md §5): toolbar, subject, the messages of the conversation, ways to answer. */
import { Fragment, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { BodyFault } from '@/components/email/body-fault';
import { EmailItem } from '@/components/email/email-item';
import { useKeys } from '@/components/shell/keys';
import { useScreen } from '@/components/shell/screen';
import { hasTwoPanes } from '@/components/shell/use-route';
import { AccountEdge } from '@/components/ui/account-edge';
import { cx } from '@/components/ui/class-names';
import { Notice } from '@/components/ui/notice';
import { Delayed, Skeleton } from '@/components/ui/skeleton';
import { useAccounts, useClient, useThread } from '@/lib/client/hooks';
import { nextToRead, prefetch } from '@/lib/client/prefetch';
import type { EmailRow } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';
import { AnswerBar } from './answer-bar';
import { foldRun } from './folded-run';
import { ThreadToolbar } from './thread-toolbar';
import { Waiting } from './waiting';

export function ThreadView({ threadId }: { threadId: Id }) {
  const t = useTranslations();
  const { route, account } = useScreen();
  const { value: ids, fault, retry } = useThread(route.accountId, threadId);
  const emails = ids?.flatMap((id) => account?.emails.get(id) ?? []) ?? [];
  const newest = emails.at(-1);
  return (
    <>
      <ThreadToolbar />
      {fault && emails.length === 0 && <BodyFault fault={fault} retry={retry} />}
      {ids?.length === 0 && <Notice>{t('read.gone')}</Notice>}
      {newest ? (
        <Conversation emails={emails} newest={newest} />
      ) : (
        !fault &&
        ids?.length !== 0 && (
          <>
            <ThreadBars />
            <Waiting />
          </>
        )
      )}
    </>
  );
}

function ThreadBars() {
  return (
    <Delayed>
      <div className="flex flex-col gap-4 px-6 py-6">
        <Skeleton className="h-5 w-2/3" />
        <Skeleton className="w-1/3" />
        <Skeleton className="w-11/12" />
        <Skeleton className="w-4/5" />
      </div>
    </Delayed>
  );
}

function Conversation({ emails, newest }: { emails: readonly EmailRow[]; newest: EmailRow }) {
  const t = useTranslations();
  const { route } = useScreen();
  const several = route.view === 'all';
  const box = useRef<HTMLDivElement>(null);
  const subject = useRef<HTMLHeadingElement>(null);
  const [opened, setOpened] = useState<ReadonlyMap<Id, boolean>>(
    () => new Map(emails.map(({ id, keywords }) => [id, !keywords.$seen])),
  );
  const [unfolded, setUnfolded] = useState(false);
  const isOpen = (email: EmailRow) => email === newest || (opened.get(email.id) ?? false);
  const openIds = emails
    .filter((email) => (opened.has(email.id) ? opened.get(email.id) : false) || email.id === newest.id)
    .map(({ id }) => id);
  const toggle = (id: Id, open: boolean) => setOpened(new Map(opened).set(id, open));
  useRead(route.accountId, openIds);
  usePrefetch();
  // On the phone the mail takes the whole screen: reading starts at its subject.
  useEffect(() => {
    if (!hasTwoPanes()) subject.current?.focus();
  }, []);
  const step = (by: 1 | -1) => {
    const messages = [...(box.current?.querySelectorAll<HTMLElement>('[data-message]') ?? [])];
    const at = messages.indexOf(
      document.activeElement?.closest<HTMLElement>('[data-message]') ?? (messages.at(-1) as HTMLElement),
    );
    const next = messages[at + by];
    next?.focus();
    next?.scrollIntoView({ block: 'start' });
  };
  useKeys({ n: () => step(+1), p: () => step(-1) });
  const only = emails.length === 1;
  const { shown, folded } = unfolded ? { shown: emails, folded: null } : foldRun(emails, isOpen);
  const unfold = (first: Id | undefined) => {
    setUnfolded(true);
    // The button goes: whoever pressed it goes on at the first line that it hid.
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-message="${first}"]`)?.focus(),
    );
  };
  return (
    <div ref={box} data-mail-scroller="" className="min-h-0 flex-1 overflow-y-auto print:overflow-visible">
      <div className="flex min-h-full max-w-240 flex-col">
        {several && <AccountLine accountId={route.accountId} />}
        <h2
          ref={subject}
          tabIndex={-1}
          data-pane-focus="mail"
          className={cx(
            'line-clamp-3 break-words px-4 font-semibold text-subject outline-none md:px-6',
            several ? 'pt-1' : 'pt-3',
          )}
        >
          {newest.subject?.trim() || t('mail.noSubject')}
        </h2>
        {shown.map((email, index) => (
          <Fragment key={email.id}>
            <EmailItem
              accountId={route.accountId}
              email={email}
              open={isOpen(email)}
              keys={email === newest}
              onToggle={only || email === newest ? undefined : () => toggle(email.id, !isOpen(email))}
            />
            {folded?.after === index && (
              <button
                type="button"
                aria-expanded="false"
                onClick={() => unfold(folded.items[0]?.id)}
                className="ring-inside h-10 shrink-0 border-line border-b bg-pane px-4 text-start text-accent text-row hover:bg-hover pointer-coarse:h-11 md:px-6 print:hidden"
              >
                {t('read.moreMessages', { n: folded.items.length })}
              </button>
            )}
          </Fragment>
        ))}
        <AnswerBar email={newest} />
      </div>
    </div>
  );
}

/** In a list of several accounts the colour at the row's edge has its name here. */
function AccountLine({ accountId }: { accountId: Id }) {
  const accounts = useAccounts();
  const order = accounts.findIndex(({ id }) => id === accountId);
  return (
    <p className="relative mx-4 mt-3 truncate ps-2 text-meta text-text-3 md:mx-6">
      <AccountEdge order={order} />
      {accounts[order]?.name}
    </p>
  );
}

/** Opened is read; not by a glance while keys run down the list. */
const READ_AFTER_MS = 400;

function useRead(accountId: Id, ids: readonly Id[]): void {
  const client = useClient();
  const key = ids.join();
  const read = useEffectEvent(() => {
    const emails = client.store.view(accountId)?.emails;
    const unread = ids.filter((id) => emails?.get(id) && !emails.get(id)?.keywords.$seen);
    if (unread.length > 0) client.actions.markRead([{ accountId, ids: unread }], true, true);
  });
  useEffect(() => {
    const timer = key === '' ? undefined : setTimeout(() => read(), READ_AFTER_MS);
    return () => clearTimeout(timer);
  }, [key]);
}

function usePrefetch(): void {
  const client = useClient();
  const { mail, list, openThread, partsOf } = useScreen();
  const run = useEffectEvent(() => {
    if (!mail || !list) return undefined;
    const at = list.list.ids.findIndex((id) => id !== null && mail.emails.get(id)?.threadId === openThread);
    const parts = partsOf(nextToRead(mail, list.list, at));
    const stops = parts.map(({ accountId, ids }) => prefetch(client, accountId, ids));
    return () => {
      for (const stop of stops) stop();
    };
  });
  useEffect(() => (openThread === null ? undefined : run()), [openThread]);
}
