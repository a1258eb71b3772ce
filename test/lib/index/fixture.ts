/** Small mail for tests of the index. */

import type { EmailQuery, MailboxInput, NewEmail, NewLocation } from '@/lib/index/types';
import type { EmailAddress, MailboxRole } from '@/lib/jmap/types';
import type { EmailHeaders } from '@/lib/mime/types';

export function mailbox(id: string, options: Partial<MailboxInput> = {}): MailboxInput {
  return {
    id,
    name: id,
    parentId: null,
    role: null,
    sortOrder: 0,
    isSubscribed: true,
    rights: {
      mayReadItems: true,
      mayAddItems: true,
      mayRemoveItems: true,
      maySetSeen: true,
      maySetKeywords: true,
      mayCreateChild: true,
      mayRename: true,
      mayDelete: true,
      maySubmit: true,
    },
    wire: null,
    serverTotal: null,
    serverUnread: null,
    ...options,
  };
}

export function roleMailbox(id: string, role: MailboxRole): MailboxInput {
  return mailbox(id, { role });
}

export function address(email: string, name: string | null = null): EmailAddress {
  return { name, email };
}

export function headers(options: Partial<EmailHeaders> = {}): EmailHeaders {
  return {
    subject: null,
    from: null,
    sender: null,
    replyTo: null,
    to: null,
    cc: null,
    bcc: null,
    sentAt: null,
    messageId: null,
    inReplyTo: null,
    references: null,
    ...options,
  };
}

export type EmailOptions = Partial<Omit<NewEmail, 'id' | 'location'>> & Partial<NewLocation>;

/** In the mailbox `binbox` unless told otherwise. */
export function email(id: string, options: EmailOptions = {}): NewEmail {
  const { mailboxId, uidValidity, uid, keywords, hidden, modseq, ...rest } = options;
  return {
    id,
    receivedAt: 1_000_000,
    size: 1000,
    headers: null,
    structure: null,
    preview: null,
    text: null,
    threadId: null,
    ...rest,
    location: location({ mailboxId, uidValidity, uid, keywords, hidden, modseq }),
  };
}

export function location(options: Partial<NewLocation> = {}): NewLocation {
  return {
    mailboxId: options.mailboxId ?? 'binbox',
    uidValidity: options.uidValidity ?? 1,
    uid: options.uid ?? null,
    keywords: options.keywords ?? [],
    hidden: options.hidden ?? false,
    modseq: options.modseq ?? null,
  };
}

export function question(options: Partial<EmailQuery> = {}): EmailQuery {
  return {
    filter: { inMailbox: 'binbox' },
    sort: [{ property: 'receivedAt', isAscending: false }],
    collapseThreads: false,
    position: 0,
    anchor: null,
    anchorOffset: 0,
    limit: 100,
    ...options,
  };
}
