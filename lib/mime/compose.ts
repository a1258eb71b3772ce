/** A new message from its parts: JMAP's Email/set create and everything that Gatepost writes itself (RFC 8621 §4.6). */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { RequestError } from '@/lib/errors';
import { type EncodedBody, encodeBase64, encodeMessageBody, encodeTextBody } from './encode-body';
import { encodeHeader } from './encode-header';
import { flowText } from './flowed';
import { MAX_COMPOSED, MAX_DEPTH, MAX_PARTS } from './limits';
import { partHeaders } from './part-headers';
import type { EmailSpec, HeaderSpec, PartSpec } from './spec';

/**
 * The whole message: CRLF only, lines of at most 998 bytes, Bcc kept (what is sent passes `stripPrivateFields`).
 * @throws invalidProperties when a value cannot stand in a header, tooLarge
 */
export async function composeEmail(spec: EmailSpec): Promise<Buffer> {
  const writer = new Writer(spec.maxSize ?? MAX_COMPOSED);
  for (const header of withDefaults(spec)) writer.add(encodeHeader(header));
  writer.add('MIME-Version: 1.0\r\n');
  await writePart(spec.body, writer, 1);
  return writer.bytes();
}

function withDefaults({ headers, hostname }: EmailSpec): HeaderSpec[] {
  const given = new Set(headers.map((header) => header.name.toLowerCase()));
  const added: HeaderSpec[] = [];
  if (!given.has('date')) added.push({ name: 'Date', form: 'date', value: new Date().toISOString() });
  if (!given.has('message-id')) {
    added.push({ name: 'Message-ID', form: 'messageIds', value: [`${randomUUID()}@${hostname}`] });
  }
  const own = /^(mime-version|content-.*)$/i;
  return [...headers.filter((header) => !own.test(header.name)), ...added];
}

async function writePart(part: PartSpec, writer: Writer, depth: number): Promise<void> {
  writer.countPart(depth);
  if (part.parts) {
    // `=_` stands in no base64 and in no quoted-printable line, so no body can hold the boundary.
    const boundary = `=_${randomUUID()}`;
    writer.add(partHeaders(part, part.type, null, multipartParams(part, boundary)));
    for (const child of part.parts) {
      writer.add(`\r\n--${boundary}\r\n`);
      await writePart(child, writer, depth + 1);
    }
    writer.add(`\r\n--${boundary}--\r\n`);
    return;
  }
  const body = await encodeContent(part, writer);
  const params: Record<string, string> = {};
  if (typeof part.content === 'string' && part.type.startsWith('text/')) params.charset = 'utf-8';
  else if (part.charset) params.charset = part.charset;
  if (part.flowed) params.format = 'flowed';
  writer.add(partHeaders(part, body.type, body.encoding, params));
  writer.add('\r\n');
  writer.add(body.bytes);
  if (depth === 1 && !endsLine(body.bytes)) writer.add('\r\n');
}

/** A multipart/related names the type of its root (RFC 2387 §3.1), a multipart/report that of its second part (RFC 6522 §3). */
function multipartParams(part: PartSpec, boundary: string): Record<string, string> {
  const [root, report] = part.parts ?? [];
  if (part.type === 'multipart/related' && root) return { boundary, type: root.type };
  if (part.type !== 'multipart/report' || !report) return { boundary };
  return { boundary, 'report-type': report.type.replace('message/', '') };
}

async function encodeContent(part: PartSpec, writer: Writer): Promise<EncodedBody & { type: string }> {
  const { type, content = '' } = part;
  if (typeof content === 'string')
    return { ...encodeTextBody(part.flowed ? flowText(content) : content), type };
  const bytes = content instanceof Uint8Array ? Buffer.from(content) : await collect(content, writer.room);
  if (type !== 'message/rfc822') return { ...encodeBase64(bytes), type };
  const message = encodeMessageBody(bytes);
  return message ? { ...message, type } : { ...encodeBase64(bytes), type: 'application/octet-stream' };
}

async function collect(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += (chunk as Buffer).length;
    if (length > limit) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

class Writer {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;
  #parts = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get room(): number {
    return this.#limit - this.#length;
  }

  add(data: string | Buffer): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#length += bytes.length;
    if (this.#length > this.#limit) throw tooLarge();
    this.#chunks.push(bytes);
  }

  countPart(depth: number): void {
    this.#parts += 1;
    // What we could not read back ourselves is not written.
    if (depth > MAX_DEPTH || this.#parts > MAX_PARTS) throw tooLarge();
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks, this.#length);
  }
}

function endsLine(bytes: Buffer): boolean {
  return bytes.length === 0 || bytes.subarray(-2).toString('latin1') === '\r\n';
}

function tooLarge(): RequestError {
  return new RequestError('tooLarge', 'The message is larger than the limit');
}
