/** Another account of the same person, as a place for what a POP3 feed brings; lib/account gives it. */
import type { StoredBlob } from '@/lib/db/blob-store';
import type { Id } from '@/lib/jmap/types';
import type { EmailAppend } from '@/lib/source/source';

/** One too large for memory is in the blob store. */
export interface Delivered extends Omit<EmailAppend, 'raw'> {
  raw: Buffer | StoredBlob;
}

/** By what a message is found again where it was put. */
export interface Fingerprint {
  messageId: string | null;
  size: number;
  sha256: string;
}

export interface Destination {
  /** The mailbox of choice if it is there, else Archive or the inbox. @throws notFound: the account is gone */
  mailbox(wanted: Id | null, skipInbox: boolean): Promise<Id>;
  /** What it is there, if it is there already. Asked only where that is in doubt. */
  find(mailboxId: Id, message: Fingerprint): Promise<Id | null>;
  /** Durable there when it resolves. @throws MailError; ConnectionError: perhaps it is there */
  append(email: Delivered): Promise<Id>;
}
