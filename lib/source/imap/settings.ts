/** What a person decides for an IMAP account; stored with the account's settings. */
import type { Id, MailboxRole } from '@/lib/jmap/types';

export const CHOSEN_ROLES = ['archive', 'drafts', 'sent', 'junk', 'trash'] as const satisfies MailboxRole[];

export interface ImapSettings {
  /** Mailboxes by the role that they are given by hand; the other roles are as the server and the names say. */
  roles: Partial<Record<(typeof CHOSEN_ROLES)[number], Id>>;
  /** Mail of so many days is read ahead, for very large mailboxes; older mail is found by searching. null = all. */
  windowDays: number | null;
  /** Watched for changes besides the inbox and the open mailbox. */
  watched: Id[];
}

export const DEFAULT_IMAP_SETTINGS: ImapSettings = { roles: {}, windowDays: null, watched: [] };
