/** Who an answer goes to and what it refers to (RFC 5322 §3.6.3, §3.6.4). */

import { parseMailto } from '@/lib/client/composer/mailto';
import type { Email, EmailAddress, EmailHeader } from '@/lib/jmap/types';
import { parseAddresses, withoutDoubles } from './address-input';

export type Answered = Pick<
  Email,
  'from' | 'to' | 'cc' | 'replyTo' | 'subject' | 'messageId' | 'inReplyTo' | 'references'
> & { headers: EmailHeader[] };

export interface AnswerRecipients {
  to: EmailAddress[];
  cc: EmailAddress[];
}

/** More References than this help no thread and break servers that limit a line. */
const MAX_REFERENCES = 50;

/** `own`: the addresses of the account's identities; plus-addresses of them are own too. */
export function answerRecipients(email: Answered, own: readonly string[], all: boolean): AnswerRecipients {
  const isOwn = ({ email: address }: EmailAddress) => own.some((mine) => sameMailbox(mine, address));
  const author = email.replyTo?.length ? email.replyTo : (email.from ?? []);
  // An answer to one's own mail goes on to the people it was written to.
  const fromMe = (email.from ?? []).some(isOwn) && !email.replyTo?.length;
  const to = fromMe ? (email.to ?? []) : author;
  if (!all) return { to: withoutDoubles(to), cc: [] };
  const followUp = followUpTo(email.headers);
  if (followUp.length > 0) return { to: withoutDoubles(followUp), cc: [] };
  const everyone = fromMe ? to : [...to, ...(email.to ?? [])];
  const main = withoutDoubles(everyone.filter((address, i) => i < author.length || !isOwn(address)));
  const known = new Set(main.map((address) => address.email.toLowerCase()));
  const copies = withoutDoubles(email.cc ?? []).filter(
    (address) => !isOwn(address) && !known.has(address.email.toLowerCase()),
  );
  return { to: main, cc: copies };
}

/** Where a mailing list takes mail (RFC 2369 §3.4); null: it is none, or one that nobody may write to. */
export function listAddress(headers: readonly EmailHeader[]): EmailAddress | null {
  const header = headers.find(({ name }) => name.toLowerCase() === 'list-post');
  const [, link] = /<(mailto:[^>]{1,1000})>/i.exec(header?.value ?? '') ?? [];
  return link ? (parseMailto(link).to[0] ?? null) : null;
}

/** What people write in mailing lists to say where answers go; no RFC, but mutt's users expect it. */
function followUpTo(headers: readonly EmailHeader[]): EmailAddress[] {
  const header = headers.find(({ name }) => name.toLowerCase() === 'mail-followup-to');
  return header ? parseAddresses(header.value.trim()) : [];
}

export function sameMailbox(a: string, b: string): boolean {
  const plain = (address: string) => address.toLowerCase().replace(/\+[^@]*@/, '@');
  return plain(a) === plain(b);
}

export function answerReferences(email: Answered): {
  inReplyTo: string[] | null;
  references: string[] | null;
} {
  const inReplyTo = email.messageId;
  const before = email.references ?? (email.inReplyTo?.length === 1 ? email.inReplyTo : null) ?? [];
  const chain = [...before, ...(inReplyTo ?? [])];
  // The first one names the thread, the last ones its end (gateway.md 2.2).
  const references =
    chain.length > MAX_REFERENCES ? [chain[0] ?? '', ...chain.slice(1 - MAX_REFERENCES)] : chain;
  return { inReplyTo, references: references.length ? references : null };
}
