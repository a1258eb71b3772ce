/** The shapes that lib/mime gives and takes; no I/O. */
import type { EmailAddress } from '@/lib/jmap/types';

/**
 * One node of the MIME tree, the same whether it was read from an IMAP BODYSTRUCTURE (RFC 3501 §7.4.2) or by our
 * walker from raw bytes. `path` is the IMAP section path: '1', '1.2'; the root of a multipart is ''. A message that is
 * a single part has path '1'.
 */
export interface MimePart {
  path: string;
  /** Lower case: `text/plain`, `multipart/mixed`. */
  type: string;
  /** Content-Type parameters, decoded (RFC 2231), lower-case names. */
  params: Record<string, string>;
  /** Lower case: `7bit`, `base64` ...; what the header says, also when it is unknown. */
  encoding: string;
  /** Bytes as they are stored, still encoded. 0 for multiparts. */
  size: number;
  disposition: string | null;
  /** Decoded file name from disposition or type, made safe for display only; null if none. */
  name: string | null;
  /** Content-ID without the angle brackets. */
  cid: string | null;
  language: string[] | null;
  location: string | null;
  /** Children of a multipart; null for leaves. message/rfc822 is a leaf (RFC 8621 §4.1.4). */
  parts: MimePart[] | null;
}

/** What the list needs of the headers; strings are decoded and without control characters. */
export interface EmailHeaders {
  subject: string | null;
  from: EmailAddress[] | null;
  sender: EmailAddress[] | null;
  replyTo: EmailAddress[] | null;
  to: EmailAddress[] | null;
  cc: EmailAddress[] | null;
  bcc: EmailAddress[] | null;
  /** RFC 3339 with the sender's own offset (RFC 8621 §4.1.2.6), null if unreadable. */
  sentAt: string | null;
  messageId: string[] | null;
  inReplyTo: string[] | null;
  references: string[] | null;
}

/** Where a part lies in the raw message, in bytes: header [headerStart, bodyStart), body [bodyStart, end). */
export interface PartSpan {
  headerStart: number;
  bodyStart: number;
  end: number;
}

export interface MimeTree {
  root: MimePart;
  /** By path; the root multipart is ''. */
  spans: Map<string, PartSpan>;
  /** True when a limit was reached: parts, depth or a header are not fully shown (limits.ts). */
  cut: boolean;
}

/** Inside of a part, where no MIME tells of it. */
export interface FoundFile {
  name: string | null;
  type: string;
  cid: string | null;
  bytes: Buffer;
}

export interface EmailAddressGroup {
  name: string | null;
  addresses: EmailAddress[];
}
