/** Which Thread a message belongs to, computed from the message alone (gateway.md 2.2, 2.6): no order of arrival matters. */
import type { Id } from '@/lib/jmap/types';
import type { EmailHeaders } from '@/lib/mime/types';
import { hashId } from './ids';

/** Subjects are cut before they are compared; nobody tells two threads apart by what follows. */
const MAX_SUBJECT = 500;
/** `Re:`, `Fwd:`, `AW:`, `SV:`, `RE[2]:`, `Отв:`, `[list]` and what Exchange and others put in front of them. */
const PREFIX =
  /^(?:(?:re|r|fwd?|aw|wg|sv|vs|vb|vl|antw|tr|rif|res|enc|odp|pd|ynt|ilt|hа|на|отв|ответ|пер|re aw)\s*(?:\[\d{1,4}\]|\(\d{1,4}\))?\s*[:：]|\[[^[\]]{1,60}\])\s*/iu;
/** Each prefix is shorter than this many rounds allow; a subject made of prefixes only must not cost more. */
const MAX_PREFIXES = 50;

/** The subjects of a thread are alike, and each is asked for twice: as a sort key and for the Thread. */
const normalized = new Map<string, string>();
const MAX_REMEMBERED = 2_000;

export function normalizeSubject(subject: string | null): string {
  const text = (subject ?? '').slice(0, MAX_SUBJECT);
  const known = normalized.get(text);
  if (known !== undefined) return known;
  if (normalized.size >= MAX_REMEMBERED) normalized.clear();
  const base = baseSubject(text);
  normalized.set(text, base);
  return base;
}

function baseSubject(text: string): string {
  let rest = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  for (let round = 0; round < MAX_PREFIXES; round++) {
    const shorter = rest.replace(PREFIX, '');
    // `[list]` alone is a subject, not a prefix.
    if (shorter === rest || shorter === '') break;
    rest = shorter;
  }
  return rest.replace(/\s*\(fwd\)$/i, '').toLowerCase();
}

/** `headers` null: not read yet; the Email stands alone until they are. */
export function threadIdOf(emailId: Id, headers: EmailHeaders | null): Id {
  const root = headers?.references?.[0] ?? headers?.inReplyTo?.[0] ?? headers?.messageId?.[0];
  if (root === undefined) return hashId('t', emailId);
  return hashId('t', root, normalizeSubject(headers?.subject ?? null));
}
