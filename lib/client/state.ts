/** What the page knows of one account: objects by id, and windows of query results. Never mutated. */

import type { Change } from '@/lib/client/change';
import type { JmapFault } from '@/lib/client/jmap';
import type {
  Email,
  EmailFilterCondition,
  EmailHeader,
  Filter,
  Id,
  Identity,
  Mailbox,
  SearchSnippet,
  SessionAccount,
  State,
  Thread,
} from '@/lib/jmap/types';

export type EmailRow = Pick<
  Email,
  | 'id'
  | 'blobId'
  | 'threadId'
  | 'mailboxIds'
  | 'keywords'
  | 'size'
  | 'receivedAt'
  | 'from'
  | 'to'
  | 'subject'
  | 'hasAttachment'
> & {
  /** null: it comes behind the row. */
  preview: string | null;
};

/** What only an opened message needs; content never changes, so it is fetched once. */
export type EmailContent = Pick<
  Email,
  | 'id'
  | 'cc'
  | 'bcc'
  | 'replyTo'
  | 'sender'
  | 'sentAt'
  | 'messageId'
  | 'inReplyTo'
  | 'references'
  | 'bodyValues'
  | 'textBody'
  | 'htmlBody'
  | 'attachments'
> & { headers: EmailHeader[] };

export interface ListQuery {
  filter: Filter<EmailFilterCondition>;
  collapseThreads: boolean;
}

export interface EmailList extends ListQuery {
  key: string;
  /** Holes are rows that were not asked for yet. */
  ids: readonly (Id | null)[];
  /** null until the first answer (I8: "empty" needs an answer). */
  total: number | null;
  queryState: State | null;
  canCalculateChanges: boolean;
  /** Rows that our own accepted changes took out since `queryState`; the server will name them once more. */
  gone: ReadonlySet<Id>;
  /** Why hits may be missing (docs/jmap.md). */
  partial: string | null;
  /** How far back the mail server has searched, as UTCDate; null: all, or nothing yet. */
  backTo: string | null;
  fault: JmapFault | null;
}

export interface AccountState {
  id: Id;
  session: SessionAccount;
  mailboxes: ReadonlyMap<Id, Mailbox> | null;
  identities: readonly Identity[] | null;
  emails: ReadonlyMap<Id, EmailRow>;
  /** Rows without a preview that nobody has asked for yet. */
  withoutPreview: readonly Id[];
  contents: ReadonlyMap<Id, EmailContent>;
  threads: ReadonlyMap<Id, Thread>;
  lists: ReadonlyMap<string, EmailList>;
  /** Of the last searches; `<mark>` is the only markup in them (RFC 8621 §5). */
  snippets: ReadonlyMap<Id, SearchSnippet>;
  states: Readonly<Partial<Record<'Mailbox' | 'Email' | 'Thread', State>>>;
  /** Shown at once, not yet answered; the view is the server's knowledge with these applied. */
  pending: readonly Change[];
  /** Rows whose change was just refused, for the flash of page.md §8. */
  refused: ReadonlySet<Id>;
  fault: JmapFault | null;
}

/** What the ids of a list mean: the mail of its account, or that of several (joined.ts). */
export interface Mail {
  emails: Pick<ReadonlyMap<Id, EmailRow>, 'get'>;
  threads: Pick<ReadonlyMap<Id, Thread>, 'get'>;
  contents: Pick<ReadonlyMap<Id, EmailContent>, 'has'>;
  refused: Pick<ReadonlySet<Id>, 'has'>;
}

export function emptyAccount(id: Id, session: SessionAccount): AccountState {
  return {
    id,
    session,
    mailboxes: null,
    identities: null,
    emails: new Map(),
    withoutPreview: [],
    contents: new Map(),
    threads: new Map(),
    lists: new Map(),
    snippets: new Map(),
    states: {},
    pending: [],
    refused: new Set(),
    fault: null,
  };
}

export function withEntries<T extends { id: Id }>(
  map: ReadonlyMap<Id, T>,
  entries: readonly T[],
): ReadonlyMap<Id, T> {
  if (entries.length === 0) return map;
  const next = new Map(map);
  for (const entry of entries) next.set(entry.id, entry);
  return next;
}

export function without<T>(map: ReadonlyMap<Id, T>, ids: readonly Id[]): ReadonlyMap<Id, T> {
  if (!ids.some((id) => map.has(id))) return map;
  const next = new Map(map);
  for (const id of ids) next.delete(id);
  return next;
}
