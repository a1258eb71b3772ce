/** Delivery status notifications: what became of a message, recipient by recipient (RFC 3464). */
import { asMessageIds, type HeaderField, parseHeaderBlock } from './header';
import { decodeTransfer } from './transfer';
import type { MimePart, MimeTree } from './types';

export interface DeliveryReport {
  /** What was given as ENVID when it was sent (RFC 3461 §4.4). */
  envelopeId: string | null;
  /** Of the message that it is about, out of what is given back of it. */
  messageId: string | null;
  recipients: ReportedRecipient[];
}

export interface ReportedRecipient {
  action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  finalRecipient: string | null;
  /** As it was written to (ORCPT). */
  originalRecipient: string | null;
  /** `550 5.1.1 No such user`, else the status code. */
  diagnostic: string;
}

/** More recipients than any message has; the rest is not read. */
const MAX_RECIPIENTS = 1_000;
const MAX_STATUS = 500_000;
const MAX_DIAGNOSTIC = 500;
const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/** null: this is none. */
export function parseDeliveryReport(raw: Buffer, { root, spans }: MimeTree): DeliveryReport | null {
  const parts = root.type === 'multipart/report' ? (root.parts ?? []) : [];
  const status = parts.find(({ type }) => /^message\/(?:global-)?delivery-status$/.test(type));
  if (!status) return null;
  const bytesOf = (part: MimePart) => {
    const span = spans.get(part.path);
    return span ? decodeTransfer(raw.subarray(span.bodyStart, span.end), part.encoding) : Buffer.alloc(0);
  };
  const [message = [], ...recipients] = groups(bytesOf(status).subarray(0, MAX_STATUS));
  const returned = parts.find(({ type }) =>
    /^(?:message\/(?:rfc822|global)|text\/rfc822-headers)/.test(type),
  );
  return {
    envelopeId: value(message, 'original-envelope-id'),
    messageId: returned ? messageIdIn(bytesOf(returned)) : null,
    recipients: recipients.slice(0, MAX_RECIPIENTS).flatMap((fields) => recipientOf(fields) ?? []),
  };
}

/** Blocks of fields with empty lines between (§2.1). */
function groups(status: Buffer): HeaderField[][] {
  return status
    .toString('latin1')
    .split(/(?:\r?\n){2,}/)
    .slice(0, MAX_RECIPIENTS + 1)
    .map((block) => parseHeaderBlock(Buffer.from(block.replace(/^[\r\n]+/, ''), 'latin1')))
    .filter((fields) => fields.length > 0);
}

function recipientOf(fields: HeaderField[]): ReportedRecipient | null {
  const word = value(fields, 'action')?.toLowerCase().split(/[\s(]/)[0];
  const action = ACTIONS.find((known) => known === word);
  if (!action) return null;
  const said = value(fields, 'diagnostic-code')?.replace(/^smtp;\s*/i, '');
  return {
    action,
    finalRecipient: typedAddress(value(fields, 'final-recipient')),
    originalRecipient: typedAddress(value(fields, 'original-recipient')),
    diagnostic: (said ?? value(fields, 'status') ?? '').slice(0, MAX_DIAGNOSTIC),
  };
}

function value(fields: HeaderField[], name: string): string | null {
  const found = fields.find((field) => field.name.toLowerCase() === name)?.value;
  return found?.replace(/\r?\n\s*/g, ' ').trim() || null;
}

/** `rfc822; anna@example.org`, with what is no plain ASCII as xtext (RFC 3461 §4). */
export function typedAddress(text: string | null): string | null {
  const address = text
    ?.replace(/^[\w-]+;\s*/, '')
    .replace(/^<(.*)>$/, '$1')
    .replace(/\+([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return address || null;
}

function messageIdIn(returned: Buffer): string | null {
  const field = parseHeaderBlock(returned).find(({ name }) => name.toLowerCase() === 'message-id');
  return field ? (asMessageIds(field.value)?.[0] ?? null) : null;
}
