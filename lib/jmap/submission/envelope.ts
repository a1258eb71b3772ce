/** Who a submission goes to and when: as the client says, else as the headers say (RFC 8621 §7, RFC 4865). */
import { z } from 'zod';
import { invalidProperties, refuse } from '@/lib/jmap/method-error';
import { MAX_DELAYED_SEND_SECONDS } from '@/lib/jmap/session';
import type { SubmissionAddress, SubmissionEnvelope } from '@/lib/jmap/types';
import type { EmailHeaders } from '@/lib/mime/types';

const submissionAddress = z.strictObject({
  email: z.string().max(320),
  parameters: z.record(z.string(), z.string().nullable()).nullable().default(null),
});
export const envelopeShape = z.strictObject({
  mailFrom: submissionAddress,
  rcptTo: z.array(submissionAddress).max(1000),
});

/** In the header of a message, or of its being sent again to others (RFC 5322 §3.6.6). */
export type Correspondents = Pick<EmailHeaders, 'sender' | 'from' | 'to' | 'cc' | 'bcc'>;

const address = (email: string): SubmissionAddress => ({ email, parameters: null });

/** RFC 8621 §7: the sender is Sender, else From; the recipients are To, Cc and Bcc, each once. */
export function envelopeOf(headers: Correspondents): SubmissionEnvelope {
  const sender = headers.sender?.[0] ?? headers.from?.[0];
  if (!sender) throw refuse('invalidEmail', 'The Email has no From', { properties: ['from'] });
  const people = new Map<string, SubmissionAddress>();
  for (const { email } of [headers.to, headers.cc, headers.bcc].flatMap((list) => list ?? [])) {
    if (!people.has(email.toLowerCase())) people.set(email.toLowerCase(), address(email));
  }
  return { mailFrom: address(sender.email), rcptTo: [...people.values()] };
}

export function checkRecipients({ rcptTo }: SubmissionEnvelope): void {
  if (rcptTo.length === 0) throw refuse('noRecipients', 'The mail has no recipients');
  const invalid = rcptTo.filter(
    ({ email }) => !/^[^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+$/u.test(email.replace(/^"[^"\p{Cc}]*"/u, 'q')),
  );
  if (invalid.length === 0) return;
  const invalidRecipients = invalid.map(({ email }) => email);
  throw refuse('invalidRecipients', 'Not an address', { invalidRecipients });
}

/** HOLDFOR and HOLDUNTIL of RFC 4865 are carried out here, so they work with any SMTP server. */
export function sendAtOf({ mailFrom }: SubmissionEnvelope, now: number): number {
  const parameters = new Map(
    Object.entries(mailFrom.parameters ?? {}).map(([name, value]) => [name.toUpperCase(), value]),
  );
  const holdFor = parameters.get('HOLDFOR');
  const holdUntil = parameters.get('HOLDUNTIL');
  if (holdFor !== undefined && holdUntil !== undefined) throw invalidHold('Either HOLDFOR or HOLDUNTIL');
  if (holdFor !== undefined) return checkedTime(now + seconds(holdFor) * 1000, now);
  if (holdUntil !== undefined) return checkedTime(Date.parse(holdUntil ?? ''), now);
  return now;
}

export function checkedTime(at: number, now: number): number {
  if (Number.isNaN(at)) throw invalidHold('Not a time');
  if (at > now + MAX_DELAYED_SEND_SECONDS * 1000) throw invalidHold('Later than mail is held here');
  return Math.max(at, now);
}

function seconds(value: string | null): number {
  if (value === null || !/^\d{1,9}$/.test(value)) throw invalidHold('HOLDFOR is a number of seconds');
  return Number(value);
}

function invalidHold(description: string) {
  return invalidProperties(['envelope'], description);
}
