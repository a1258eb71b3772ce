'use client';
/** What the keys do on the mail screens. */
import { useRouter } from 'next/navigation';
import { roleMailbox } from '@/lib/client/actions';
import { useClient } from '@/lib/client/hooks';
import { mailboxRoute, searchRoute } from '@/lib/client/route';
import type { Mail } from '@/lib/client/state';
import type { Id, MailboxRole } from '@/lib/jmap/types';
import { focusPane, nextPane } from './focus';
import { useKeys } from './keys';
import { useScreen } from './screen';
import { go, goBack, hasTwoPanes } from './use-route';

export function MailKeys() {
  const client = useClient();
  const screen = useScreen();
  const router = useRouter();
  const { route, account, mail, list, cursor, selection } = screen;

  const step = (by: number) => {
    const last = (list?.list.total ?? 0) - 1;
    if (last < 0) return;
    const index = Math.min(last, Math.max(0, cursor + by));
    screen.setCursor(index);
    focusPane('list');
    const sideBySide = hasTwoPanes() && screen.looks.readingPane !== 'off';
    if (sideBySide || route.threadId !== null) screen.open(index);
  };
  const openFirst = () => screen.open(Math.max(0, cursor));
  const extend = (by: number) => {
    const from = Math.max(0, cursor);
    const to = Math.min((list?.list.total ?? 1) - 1, Math.max(0, from + by));
    screen.setCursor(to);
    focusPane('list');
    const ids = [from, to].flatMap((index) => list?.list.ids[index] ?? []);
    screen.setSelection(new Set([...selection, ...ids]));
  };
  const toggle = () => {
    const index = Math.max(0, cursor);
    const id = list?.list.ids[index];
    if (!id) return;
    screen.setCursor(index);
    const next = new Set(selection);
    if (!next.delete(id)) next.add(id);
    screen.setSelection(next);
  };
  const compose = (kind: 'reply' | 'replyAll' | 'forward') => {
    const newest = newestOf(screen.targets(), mail?.emails);
    if (newest === undefined) return;
    const { accountId, id: emailId } = screen.placeOf(newest);
    client.write({ kind, accountId, emailId });
  };
  const goTo = (role: MailboxRole) => {
    const mailbox = roleMailbox(account, role);
    if (!mailbox) return;
    go(mailboxRoute(route.accountId, mailbox.id));
    // What had the focus belongs to the place before.
    document.getElementById('mail')?.focus();
  };
  const outwards = () => {
    if (selection.size > 0) screen.setSelection(new Set());
    else if (route.folders) goBack({ ...route, folders: false });
    else if (route.threadId !== null) {
      go({ ...route, threadId: null }, { replace: true });
      focusPane('list');
    } else if (route.view === 'search') goTo('inbox');
  };

  // What is typed while a dialog is on its way is meant for the dialog.
  useKeys(
    screen.dialog !== null
      ? {}
      : {
          j: () => step(+1),
          k: () => step(-1),
          o: openFirst,
          enter: (event) => event.target === document.getElementById('mail') && openFirst(),

          u: outwards,
          escape: outwards,
          x: toggle,
          'Shift+j': () => extend(+1),
          'Shift+k': () => extend(-1),
          '* a': screen.selectAll,
          '* n': () => screen.setSelection(new Set()),
          e: () => screen.run('archive'),
          '#': () => screen.run('delete'),
          delete: () => screen.run('delete'),
          '!': () => screen.run(screen.mailbox?.role === 'junk' ? 'notSpam' : 'spam'),
          s: () => screen.run(allStarred(screen.targets(), mail?.emails) ? 'unstar' : 'star'),
          v: () => screen.targets().length > 0 && screen.setDialog('move'),
          'Shift+i': () => screen.run('read'),
          'Shift+u': () => screen.run('unread'),
          r: () => compose('reply'),
          a: () => compose('replyAll'),
          f: () =>
            selection.size > 1 ? client.writeForward(screen.partsOf(screen.targets())) : compose('forward'),
          c: () => client.write({ kind: 'new', accountId: route.accountId }),
          '/': () => {
            // The phone has a place for it instead of a field.
            if (!focusPane('search')) go(searchRoute(route.accountId));
          },
          z: client.actions.undo,
          'g i': () => goTo('inbox'),
          'g s': () => go({ view: 'starred', accountId: route.accountId, threadId: null, folders: false }),
          'g d': () => goTo('drafts'),
          'g t': () => goTo('sent'),
          'g a': () => goTo('archive'),
          'g e': () => router.push('/settings'),
          '?': () => screen.setDialog('keys'),
          f6: () => nextPane(+1),
          'Shift+f6': () => nextPane(-1),
        },
  );
  return null;
}

type Emails = Mail['emails'] | undefined;

function newestOf(ids: readonly Id[], emails: Emails): Id | undefined {
  const at = (id: Id) => emails?.get(id)?.receivedAt ?? '';
  return ids.toSorted((a, b) => at(b).localeCompare(at(a)))[0];
}

const allStarred = (ids: readonly Id[], emails: Emails) =>
  ids.some((id) => emails?.get(id)?.keywords.$flagged);
