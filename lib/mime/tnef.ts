/**
 * TNEF, the winmail.dat of Outlook (MS-OXTNEF): the files inside. A flat row of attributes; an attachment begins with its
 * rendering data. What makes no sense ends the reading, and what was found before stands.
 */
import { charsetOfCodepage, decodeCharset } from './charset';
import { rtfText } from './rtf-text';
import { unpackRtf } from './rtf-unpack';
import type { FoundFile } from './types';

const SIGNATURE = 0x223e9f78;
const MAX_ATTRIBUTES = 10_000;
const MAX_PROPERTIES = 2_000;

const ATTRIBUTE = {
  codepage: 0x00069007,
  body: 0x0002800c,
  messageProperties: 0x00069003,
  rendering: 0x00069002,
  title: 0x00018010,
  data: 0x0006800f,
  attachment: 0x00069005,
} as const;
const PROPERTY = {
  rtf: 0x1009,
  html: 0x1013,
  longName: 0x3707,
  name: 0x3704,
  type: 0x370e,
  contentId: 0x3712,
} as const;
/** Bytes of the values of fixed length; an unknown type cannot be skipped. */
const FIXED: Record<number, number> = {
  ...{ 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16 },
};
const TEXT8 = 0x1e;
const TEXT16 = 0x1f;
const VARIABLE = new Set([0x0d, TEXT8, TEXT16, 0x102]);

export function isTnef(bytes: Buffer): boolean {
  return bytes.length > 6 && bytes.readUInt32LE(0) === SIGNATURE;
}

export function tnefFiles(bytes: Buffer, most: number): FoundFile[] {
  const files: FoundFile[] = [];
  let charset = 'windows-1252';
  let open: Partial<FoundFile> | null = null;
  const close = () => {
    if (open?.bytes && files.length < most) files.push(finished(open, open.bytes));
    open = null;
  };
  for (const { id, data } of attributes(bytes)) {
    if (id === ATTRIBUTE.codepage && data.length >= 4) charset = charsetOfCodepage(data.readUInt32LE(0));
    if (id === ATTRIBUTE.messageProperties) {
      const text = messageText(properties(data, charset));
      if (text) files.push(text);
    }
    if (id === ATTRIBUTE.rendering) {
      close();
      open = {};
    }
    if (!open) continue;
    if (id === ATTRIBUTE.title) open.name ??= textOf(data, charset);
    if (id === ATTRIBUTE.data) open.bytes = data;
    if (id === ATTRIBUTE.attachment) Object.assign(open, described(properties(data, charset)));
  }
  close();
  return files;
}

/** Outlook writes it as HTML, or packed as RTF only. */
function messageText(found: ReadonlyMap<number, Value>): FoundFile | null {
  const html = found.get(PROPERTY.html)?.bytes;
  if (html?.length) return { name: 'message.html', type: 'text/html', cid: null, bytes: html };
  const { isHtml, text } = rtfText(unpackRtf(found.get(PROPERTY.rtf)?.bytes ?? Buffer.alloc(0)));
  if (text.trim() === '') return null;
  const said = isHtml
    ? { name: 'message.html', type: 'text/html' }
    : { name: 'message.txt', type: 'text/plain' };
  // The mark goes before whatever alphabet the HTML names: it was another one in the RTF.
  return { ...said, cid: null, bytes: Buffer.from(`\ufeff${text}`) };
}

function finished({ name = null, type, cid = null }: Partial<FoundFile>, bytes: Buffer): FoundFile {
  return { name, type: type ?? 'application/octet-stream', cid, bytes };
}

function* attributes(bytes: Buffer): Generator<{ id: number; data: Buffer }> {
  // Signature and key; then level, id, length, data, checksum.
  for (let at = 6, count = 0; at + 11 <= bytes.length && count < MAX_ATTRIBUTES; count += 1) {
    const [id, length] = [bytes.readUInt32LE(at + 1), bytes.readUInt32LE(at + 5)];
    const start = at + 9;
    if (start + length + 2 > bytes.length) return;
    yield { id, data: bytes.subarray(start, start + length) };
    at = start + length + 2;
  }
}

interface Value {
  bytes: Buffer;
  text: string;
}

/** Of each property its first value. */
function properties(data: Buffer, charset: string): Map<number, Value> {
  const found = new Map<number, Value>();
  const reader = new Reader(data);
  const count = Math.min(reader.u32(), MAX_PROPERTIES);
  for (let n = 0; n < count && !reader.ended; n += 1) {
    const type = reader.u16();
    const id = reader.u16();
    if (id >= 0x8000) reader.skipName();
    const bytes = reader.value(type);
    if (!bytes) break;
    const text = type === TEXT16 ? bytes.toString('utf16le') : textOf(bytes, charset);
    if (!found.has(id)) found.set(id, { bytes, text: text.replace(/\0+$/, '') });
  }
  return found;
}

function described(found: ReadonlyMap<number, Value>): Partial<FoundFile> {
  const name = found.get(PROPERTY.longName)?.text || found.get(PROPERTY.name)?.text;
  const type = found.get(PROPERTY.type)?.text.toLowerCase();
  const cid = found.get(PROPERTY.contentId)?.text.replace(/^<|>$/g, '');
  return {
    ...(name ? { name } : {}),
    ...(type && /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(type) ? { type } : {}),
    ...(cid ? { cid } : {}),
  };
}

class Reader {
  #at = 0;

  constructor(readonly data: Buffer) {}

  get ended(): boolean {
    return this.#at >= this.data.length;
  }

  u16(): number {
    this.#at += 2;
    return this.#at <= this.data.length ? this.data.readUInt16LE(this.#at - 2) : 0;
  }

  u32(): number {
    this.#at += 4;
    return this.#at <= this.data.length ? this.data.readUInt32LE(this.#at - 4) : 0;
  }

  /** A set, then a number or a name. */
  skipName(): void {
    this.#at += 16;
    if (this.u32() === 0) this.#at += 4;
    else this.#take(this.u32());
  }

  /** The first of its values; null ends the reading. */
  value(type: number): Buffer | null {
    const kind = type & 0xfff;
    const isMany = (type & 0x1000) !== 0;
    if (!VARIABLE.has(kind) && FIXED[kind] === undefined) return null;
    const count = isMany || VARIABLE.has(kind) ? this.u32() : 1;
    let first: Buffer | null = null;
    for (let n = 0; n < count && !this.ended; n += 1) {
      const bytes = this.#take(FIXED[kind] ?? this.u32());
      first ??= bytes;
    }
    return first ?? Buffer.alloc(0);
  }

  /** Padded to four bytes. */
  #take(length: number): Buffer {
    const bytes = this.data.subarray(this.#at, this.#at + length);
    this.#at += length + ((4 - (length % 4)) % 4);
    return bytes;
  }
}

function textOf(bytes: Buffer, charset: string): string {
  const end = bytes.indexOf(0);
  return decodeCharset(end < 0 ? bytes : bytes.subarray(0, end), charset).value;
}
