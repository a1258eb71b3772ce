/** Columns by which lists are sorted and filtered, made from what a message says. */
import type { EmailAddress } from '@/lib/jmap/types';
import type { EmailHeaders } from '@/lib/mime/types';
import { normalizeSubject } from './thread-id';

/** Nobody sees a difference beyond; the row stays slim. */
const MAX_KEY = 80;

export interface SortKeys {
  sent_at: number | null;
  subject_key: string;
  from_key: string;
  to_key: string;
}

export function sortKeys(headers: EmailHeaders | null): SortKeys {
  const sentAt = headers?.sentAt ? Date.parse(headers.sentAt) : Number.NaN;
  return {
    sent_at: Number.isNaN(sentAt) ? null : sentAt,
    // RFC 8621 §4.4.2: the base subject.
    subject_key: fold(normalizeSubject(headers?.subject ?? null)),
    from_key: addressKey(headers?.from),
    to_key: addressKey(headers?.to),
  };
}

/** RFC 8621 §4.4.2: the name of the first address, else the address. */
function addressKey(addresses: EmailAddress[] | null | undefined): string {
  const first = addresses?.[0];
  return first ? fold(first.name?.trim() || first.email) : '';
}

/** i;unicode-casemap (RFC 5051), nearly: decomposed and lower case. */
export function fold(text: string): string {
  return storable(text.slice(0, MAX_KEY).normalize('NFKD').toLowerCase());
}

/** Postgres refuses U+0000 in text. */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}
