/** The Mailbox as clients see it (RFC 8621 §2). */
import type { MailboxRow } from '@/lib/index/types';
import type { Mailbox } from './types';

export const MAILBOX_PROPERTIES = new Set([
  'id',
  'name',
  'parentId',
  'role',
  'sortOrder',
  'totalEmails',
  'unreadEmails',
  'totalThreads',
  'unreadThreads',
  'myRights',
  'isSubscribed',
]);

export function toMailbox(row: MailboxRow): Mailbox {
  return {
    id: row.id,
    name: row.name,
    parentId: row.parentId,
    role: row.role,
    sortOrder: row.sortOrder,
    totalEmails: row.totalEmails,
    unreadEmails: row.unreadEmails,
    totalThreads: row.totalThreads,
    unreadThreads: row.unreadThreads,
    myRights: row.rights,
    isSubscribed: row.isSubscribed,
  };
}
