/** Mailbox rows as the database keeps them and as the rest of Gatepost sees them. */
import type { Selectable } from 'kysely';
import type { MailboxTable } from '@/lib/db/tables/index';
import type { MailboxRights, MailboxRole } from '@/lib/jmap/types';
import type { MailboxInput, MailboxRow, MailboxWire } from './types';

/** What is read of a row: it is read with nearly every request, fifty rows at a time. */
export const READ = [
  ...(['id', 'name', 'parent_id', 'role', 'sort_order', 'is_subscribed', 'rights'] as const),
  ...(['server_total', 'server_unread'] as const),
  ...(['total_emails', 'unread_emails', 'total_threads', 'unread_threads'] as const),
  ...(['path', 'delimiter', 'uid_validity', 'uid_next', 'highest_modseq', 'filled_down_to'] as const),
  'selectable',
] as const;

export type StoredMailbox = Selectable<MailboxTable>;
export type ReadMailbox = Pick<StoredMailbox, (typeof READ)[number]>;

export interface ReportedCounts {
  totalEmails: number;
  unreadEmails: number;
  totalThreads: number;
  unreadThreads: number;
}

export const COUNT_NAMES = ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'] as const;

/** The index counts itself once it holds the whole mailbox; before, the server's word stands (gateway.md 2.4). */
export function reportedCounts(row: ReadMailbox): ReportedCounts {
  const complete = row.path === null || row.filled_down_to === 1;
  if (complete || row.server_total === null) {
    return {
      totalEmails: row.total_emails,
      unreadEmails: row.unread_emails,
      totalThreads: row.total_threads,
      unreadThreads: row.unread_threads,
    };
  }
  // What the index holds is certain, the server's numbers may be minutes old.
  const total = Math.max(row.server_total, row.total_emails);
  const unread = Math.max(row.server_unread ?? 0, row.unread_emails);
  return { totalEmails: total, unreadEmails: unread, totalThreads: total, unreadThreads: unread };
}

export function sameCounts(a: ReportedCounts, b: ReportedCounts): boolean {
  return COUNT_NAMES.every((name) => a[name] === b[name]);
}

export function fromStored(row: ReadMailbox): MailboxRow {
  return {
    id: row.id,
    name: row.name,
    parentId: row.parent_id,
    role: row.role as MailboxRole | null,
    sortOrder: row.sort_order,
    isSubscribed: row.is_subscribed === 1,
    rights: rightsOf(row.rights),
    ...reportedCounts(row),
    wire: wireOf(row),
  };
}

/** Most mailboxes have the same ones. */
const knownRights = new Map<string, MailboxRights>();
const MAX_KNOWN = 500;

function rightsOf(text: string): MailboxRights {
  const known = knownRights.get(text);
  if (known) return known;
  const rights: MailboxRights = Object.freeze(JSON.parse(text) as MailboxRights);
  if (knownRights.size >= MAX_KNOWN) knownRights.clear();
  knownRights.set(text, rights);
  return rights;
}

function wireOf(row: ReadMailbox): MailboxWire | null {
  if (row.path === null) return null;
  return {
    path: row.path,
    delimiter: row.delimiter ?? '',
    uidValidity: row.uid_validity ?? 0,
    uidNext: row.uid_next ?? 0,
    highestModseq: row.highest_modseq,
    filledDownTo: row.filled_down_to,
    selectable: row.selectable === 1,
  };
}

/** The columns that a client sees beside the counts. */
export function propertyColumns(input: Omit<MailboxInput, 'wire' | 'serverTotal' | 'serverUnread' | 'id'>) {
  return {
    name: input.name,
    parent_id: input.parentId,
    role: input.role,
    sort_order: input.sortOrder,
    is_subscribed: Number(input.isSubscribed),
    rights: JSON.stringify(input.rights),
  };
}

export function wireColumns(wire: Partial<MailboxWire>) {
  return {
    path: wire.path,
    delimiter: wire.delimiter,
    uid_validity: wire.uidValidity,
    uid_next: wire.uidNext,
    highest_modseq: wire.highestModseq,
    filled_down_to: wire.filledDownTo,
    selectable: wire.selectable === undefined ? undefined : Number(wire.selectable),
  };
}
