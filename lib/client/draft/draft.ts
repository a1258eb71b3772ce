/** A message being written, as the composer holds it and as IndexedDB keeps it. Never mutated. */
import type { EmailAddress, Id } from '@/lib/jmap/types';

export interface DraftAttachment {
  /** Stable in the browser; the blob comes when the upload ends. */
  key: string;
  name: string;
  type: string;
  size: number;
  blobId: Id | null;
  /** Set for images in the text, shown by `cid:`. */
  cid: string | null;
}

export interface Draft {
  /** Stands in Message-ID, so that a crash between save and clean-up leaves no second draft. */
  key: string;
  accountId: Id;
  identityId: Id | null;
  /** Where it is not the identity's own address: one with a plus-word, or one of its domain. */
  from?: string;
  to: readonly EmailAddress[];
  cc: readonly EmailAddress[];
  bcc: readonly EmailAddress[];
  /** Answers go there instead of to the sender's own; undefined: not asked for. */
  replyTo?: readonly EmailAddress[];
  important?: boolean;
  /** Asks the reader's program to say that it was read (RFC 8098 §2.1). */
  readReceipt?: boolean;
  /** Only over encrypted connections, all the way, or not at all (RFC 8689); not part of the message. */
  requireTls?: boolean;
  /** Asks the servers on the way to say that it was delivered (RFC 3461); not part of the message. */
  deliveryReceipt?: boolean;
  subject: string;
  format: 'html' | 'text';
  /** The written text; for `html` the plain alternative is made from it when saved. */
  body: string;
  /** The quoted original, apart, so that it can stay folded; cleaned HTML or plain text as `format` says. */
  quote: string;
  /** The answer stands below what it answers. */
  quoteFirst?: boolean;
  attachments: readonly DraftAttachment[];
  inReplyTo: readonly string[] | null;
  references: readonly string[] | null;
  /** Message-IDs of what is forwarded: the originals get their `$forwarded` mark by them. */
  forwardedMessageIds?: readonly string[];
  /** The draft on the server now; an Email is immutable, so each save gives a new one (RFC 8621 §4.1). */
  emailId: Id | null;
  /** Message-ID of `emailId`: what it is called in the Outbox, if it got there. */
  messageId?: string;
}

export function emptyDraft(accountId: Id, identityId: Id | null): Draft {
  return {
    key: crypto.randomUUID(),
    accountId,
    identityId,
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    format: 'html',
    body: '',
    quote: '',
    attachments: [],
    inReplyTo: null,
    references: null,
    emailId: null,
  };
}

export function recipientsOf(draft: Draft): EmailAddress[] {
  return [...draft.to, ...draft.cc, ...draft.bcc];
}

/** Nothing that anybody would miss. */
export function isBlank(draft: Draft): boolean {
  return (
    recipientsOf(draft).length === 0 &&
    draft.subject.trim() === '' &&
    draft.body.replace(/<[^>]*>|&nbsp;|\s/g, '') === '' &&
    draft.attachments.length === 0 &&
    draft.quote === ''
  );
}
