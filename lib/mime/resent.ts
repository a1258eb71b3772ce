/**
 * Sending a message that came to others, as it is (RFC 5322 §3.6.6): a block of Resent- fields goes before it, and not one byte
 * of it is changed.
 */
import { randomUUID } from 'node:crypto';
import type { EmailAddress } from '@/lib/jmap/types';
import { encodeHeader } from './encode-header';
import { asAddresses, asMessageIds, parseHeaderBlock } from './header';
import type { HeaderSpec } from './spec';

export interface Resent {
  from: EmailAddress;
  to: EmailAddress[];
  cc: EmailAddress[];
  bcc: EmailAddress[];
}

/** @throws invalidProperties when an address cannot stand in a header */
export function resendMessage(raw: Buffer, { from, to, cc, bcc }: Resent): Buffer {
  const domain = from.email.slice(from.email.lastIndexOf('@') + 1);
  const people = (name: string, value: EmailAddress[]): HeaderSpec[] =>
    value.length === 0 ? [] : [{ name, form: 'addresses', value }];
  const block: HeaderSpec[] = [
    ...people('Resent-From', [from]),
    ...people('Resent-To', to),
    ...people('Resent-Cc', cc),
    ...people('Resent-Bcc', bcc),
    { name: 'Resent-Date', form: 'date', value: new Date().toISOString() },
    { name: 'Resent-Message-ID', form: 'raw', value: ` <${randomUUID()}@${domain}>` },
  ];
  return Buffer.concat([Buffer.from(block.map(encodeHeader).join('')), raw]);
}

/** Only what begins with such a block: one further down was there when the message came. */
export function isResent(raw: Buffer): boolean {
  return /^resent-/i.test(raw.toString('latin1', 0, 7));
}

/** Who sends it again and to whom; null for any other message. */
export function resentHeaders(raw: Buffer) {
  if (!isResent(raw)) return null;
  const fields = parseHeaderBlock(raw);
  // An earlier block of this kind follows below.
  const people = (name: string) => {
    const field = fields.find((one) => one.name.toLowerCase() === name);
    return field ? asAddresses(field.value) : null;
  };
  const id = fields.find((one) => one.name.toLowerCase() === 'resent-message-id');
  return {
    sender: people('resent-sender'),
    from: people('resent-from'),
    to: people('resent-to'),
    cc: people('resent-cc'),
    bcc: people('resent-bcc'),
    messageId: id ? asMessageIds(id.value) : null,
  };
}
