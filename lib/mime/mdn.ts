/** Message disposition notifications, written and read (RFC 8098); the words are those of RFC 9007. */
import type { EmailAddress } from '@/lib/jmap/types';
import { composeEmail } from './compose';
import { asText, type HeaderField, parseHeaderBlock } from './header';
import type { PartSpec } from './spec';
import { decodeText } from './text';
import { decodeTransfer } from './transfer';
import type { MimePart, MimeTree } from './types';

export interface Disposition {
  actionMode: string;
  sendingMode: string;
  type: string;
}

/** The fields of the machine's part. */
export interface MdnFields {
  reportingUA: string | null;
  mdnGateway: string | null;
  originalRecipient: string | null;
  finalRecipient: string | null;
  originalMessageId: string | null;
  disposition: Disposition;
  error: string[] | null;
  extensionFields: Record<string, string> | null;
}

export interface ParsedMdn extends MdnFields {
  subject: string | null;
  textBody: string | null;
  includeOriginalMessage: boolean;
}

const FIELDS = {
  'reporting-ua': 'reportingUA',
  'mdn-gateway': 'mdnGateway',
  'original-recipient': 'originalRecipient',
  'final-recipient': 'finalRecipient',
  'original-message-id': 'originalMessageId',
} as const;
const REPORT = 'message/disposition-notification';

/** RFC 8098 §3.1: these are no extensions. */
export function isMdnField(name: string): boolean {
  const lower = name.toLowerCase();
  return Object.hasOwn(FIELDS, lower) || ['disposition', 'error', 'failure', 'warning'].includes(lower);
}

export interface NewMdn extends MdnFields {
  from: EmailAddress;
  to: EmailAddress[];
  subject: string;
  textBody: string;
  /** The whole message that it is about, or null. */
  original: Buffer | null;
}

/** Values are one line of ASCII: the caller has checked them (security.md S17). */
export function composeMdn(mdn: NewMdn): Promise<Buffer> {
  const about = mdn.originalMessageId?.replace(/^<|>$/g, '');
  const parts: PartSpec[] = [
    { type: 'text/plain', content: mdn.textBody },
    { type: REPORT, content: fieldsOf(mdn) },
  ];
  if (mdn.original) parts.push({ type: 'message/rfc822', content: mdn.original });
  return composeEmail({
    hostname: mdn.from.email.split('@').at(-1) || 'localhost',
    headers: [
      { name: 'From', form: 'addresses', value: [mdn.from] },
      { name: 'To', form: 'addresses', value: mdn.to },
      { name: 'Subject', form: 'text', value: mdn.subject },
      ...(about
        ? (['In-Reply-To', 'References'] as const).map((name) => ({
            name,
            form: 'messageIds' as const,
            value: [about],
          }))
        : []),
    ],
    body: { type: 'multipart/report', parts },
  });
}

function fieldsOf(mdn: MdnFields): string {
  const { actionMode, sendingMode, type } = mdn.disposition;
  const mode = sendingMode.replace(/^mdn/, 'MDN');
  const lines: [string, string | null][] = [
    ['Reporting-UA', mdn.reportingUA],
    ['Original-Recipient', mdn.originalRecipient],
    ['Final-Recipient', mdn.finalRecipient],
    ['Original-Message-ID', mdn.originalMessageId],
    ['Disposition', `${actionMode}/${mode}; ${type}`],
    ...Object.entries(mdn.extensionFields ?? {}),
  ];
  return lines.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}\r\n`])).join('');
}

/** null: this is no notification. */
export function parseMdn(raw: Buffer, { root, spans }: MimeTree): ParsedMdn | null {
  const [first, report, original] = root.type === 'multipart/report' ? (root.parts ?? []) : [];
  if (!first || report?.type !== REPORT) return null;
  const bytesOf = (part: MimePart) => {
    const span = spans.get(part.path);
    return span ? raw.subarray(span.bodyStart, span.end) : Buffer.alloc(0);
  };
  const fields = parseHeaderBlock(decodeTransfer(bytesOf(report), report.encoding));
  const disposition = dispositionIn(fields);
  if (!disposition) return null;
  const header = spans.get(root.path);
  const subject = parseHeaderBlock(raw.subarray(0, header?.bodyStart ?? 0)).find(isNamed('subject'));
  return {
    ...machinePart(fields),
    disposition,
    subject: subject ? asText(subject.value) : null,
    textBody: first.type.startsWith('text/') ? decodeText(bytesOf(first), first).value : null,
    includeOriginalMessage: original?.type === 'message/rfc822',
  };
}

const isNamed = (name: string) => (field: HeaderField) => field.name.toLowerCase() === name;

/** `Disposition: manual-action/MDN-sent-manually; displayed/error` */
function dispositionIn(fields: HeaderField[]): Disposition | null {
  const value = fields.find(isNamed('disposition'))?.value.toLowerCase().replace(/\s+/g, '') ?? '';
  const [, actionMode, sendingMode, type] = /^([a-z-]+)\/([a-z-]+);([a-z-]+)/.exec(value) ?? [];
  return actionMode && sendingMode && type ? { actionMode, sendingMode, type } : null;
}

function machinePart(fields: HeaderField[]): Omit<MdnFields, 'disposition'> {
  const known = new Map<string, keyof typeof EMPTY>(Object.entries(FIELDS));
  const found: Omit<MdnFields, 'disposition'> = { ...EMPTY, error: null, extensionFields: null };
  for (const { name, value } of fields) {
    const text = asText(value).trim();
    const property = known.get(name.toLowerCase());
    if (property) found[property] ??= text;
    else if (name.toLowerCase() === 'error') found.error = [...(found.error ?? []), text];
    else if (name.toLowerCase() !== 'disposition')
      found.extensionFields = { ...found.extensionFields, [name]: text };
  }
  return found;
}

const EMPTY: Record<(typeof FIELDS)[keyof typeof FIELDS], string | null> = {
  reportingUA: null,
  mdnGateway: null,
  originalRecipient: null,
  finalRecipient: null,
  originalMessageId: null,
};
