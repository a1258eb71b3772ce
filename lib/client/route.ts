/** The URL holds the state of the mail screens (design: Layout); read and written here only. */
import { searchFilter } from '@/lib/client/search-words';
import type { ListQuery } from '@/lib/client/state';
import type { Id, MailboxRole } from '@/lib/jmap/types';

export type MailRoute = { accountId: Id; threadId: Id | null; folders: boolean } & (
  | { view: 'mailbox'; mailboxId: Id }
  | { view: 'starred' }
  /** The inboxes of all accounts; `accountId` is that of the open message, and of what is written. */
  | { view: 'all' }
  /** `mailboxId` null: everywhere. */
  | { view: 'search'; text: string; mailboxId: Id | null }
);

/** `~` cannot be in a JMAP id (RFC 8620 §1.2). */
const STARRED = '~starred';
/** Stands for the inbox of every account. */
export const ALL_INBOXES = '~all';
/** Stands for the inbox until its id is known. */
export const INBOX = '~inbox';

export function parseRoute(pathname: string, params: URLSearchParams): MailRoute | null {
  const [top, accountId, box, thread, ...rest] = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const folders = params.has('folders');
  if (top === 'search') {
    const account = params.get('account');
    if (account === null) return null;
    const text = params.get('q') ?? '';
    return {
      view: 'search',
      accountId: account,
      text,
      mailboxId: params.get('in'),
      threadId: params.get('thread'),
      folders,
    };
  }
  if (top !== 'mail' || accountId === undefined || box === undefined || rest.length > 0) return null;
  const common = { accountId, threadId: thread ?? null, folders };
  if (box === STARRED) return { view: 'starred', ...common };
  if (box === ALL_INBOXES) return { view: 'all', ...common };
  return { view: 'mailbox', mailboxId: box, ...common };
}

export function hrefOf(route: MailRoute): string {
  if (route.view === 'search') {
    const params = new URLSearchParams({ account: route.accountId });
    if (route.text !== '') params.set('q', route.text);
    if (route.mailboxId !== null) params.set('in', route.mailboxId);
    if (route.threadId !== null) params.set('thread', route.threadId);
    if (route.folders) params.set('folders', '');
    return `/search?${params}`;
  }
  const box = route.view === 'mailbox' ? route.mailboxId : route.view === 'all' ? ALL_INBOXES : STARRED;
  const path = ['/mail', route.accountId, box, ...(route.threadId === null ? [] : [route.threadId])];
  return path.map(encodeURI).join('/') + (route.folders ? '?folders' : '');
}

export function mailboxRoute(accountId: Id, mailboxId: Id): MailRoute {
  return { view: 'mailbox', accountId, mailboxId, threadId: null, folders: false };
}

/** Nothing typed yet, to look everywhere. */
export function searchRoute(accountId: Id): MailRoute {
  return { view: 'search', accountId, text: '', mailboxId: null, threadId: null, folders: false };
}

/** The mailbox that what is done to a row is done in; null: wherever the mail is. */
export function scopeOf(route: MailRoute): Id | null {
  if (route.view === 'all') return ALL_INBOXES;
  return route.view === 'mailbox' ? route.mailboxId : null;
}

/** The same screen whether or not a message is open in it. */
export function sameList(a: MailRoute, b: MailRoute): boolean {
  return listHref(a) === listHref(b);
}

/** The list alone: what is open in it, and of which account, makes no other list. */
export function listHref(route: MailRoute): string {
  const accountId = route.view === 'all' ? ALL_INBOXES : route.accountId;
  return hrefOf({ ...route, accountId, threadId: null, folders: false });
}

/** null: a search without words has no list, and that of all inboxes is joined from theirs (joined.ts). */
export function queryOf(route: MailRoute, role: MailboxRole | null = null): ListQuery | null {
  if (route.view === 'starred') return { filter: { hasKeyword: '$flagged' }, collapseThreads: false };
  if (route.view === 'mailbox') {
    if (route.mailboxId === INBOX) return null;
    // Each draft is a thing of its own: in a conversation it would hide behind the others.
    return { filter: { inMailbox: route.mailboxId }, collapseThreads: role !== 'drafts' };
  }
  if (route.view === 'all') return null;
  const text = route.text.trim();
  if (text === '') return null;
  return {
    filter: { ...(route.mailboxId !== null && { inMailbox: route.mailboxId }), ...searchFilter(text) },
    collapseThreads: false,
  };
}
