/**
 * The structure of a raw message: the tree that an IMAP BODYSTRUCTURE describes (RFC 3501 §7.4.2) and where each part lies.
 * One pass over the bytes; only lines that start with `--` are looked at. At a limit the walk ends or stays above, and
 * says so; the bytes remain reachable by the raw message.
 */
import { MAX_DEPTH, MAX_HEADER, MAX_PARTS } from './limits';
import { readPartHeader } from './part-header';
import type { MimePart, MimeTree, PartSpan } from './types';

interface OpenMultipart {
  part: MimePart;
  span: PartSpan;
  /** null once its closing delimiter was seen: what follows is epilogue. */
  boundary: string | null;
}

interface Delimiter {
  /** Index into the open multiparts. */
  level: number;
  closing: boolean;
  lineStart: number;
  next: number;
}

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
/** RFC 2046 allows 70 characters; some mailers take more. */
const MAX_BOUNDARY = 250;
/** RFC 2046 compares the beginning of the line only; but in a message inside a longer boundary may begin like the one around it. */
const BEHIND = /^(--|)(?![\w'()+,./:=?-])/;

export function walkMime(raw: Buffer): MimeTree {
  return new Walker(raw).walk();
}

class Walker {
  readonly #raw: Buffer;
  readonly #open: OpenMultipart[] = [];
  readonly #spans = new Map<string, PartSpan>();
  #leaf: { part: MimePart; span: PartSpan } | null = null;
  #cut = false;
  #parts = 0;

  constructor(raw: Buffer) {
    this.#raw = raw;
  }

  walk(): MimeTree {
    let at = this.#startPart(0, null);
    const root = this.#open[0]?.part ?? ((this.#leaf as { part: MimePart } | null)?.part as MimePart);
    for (;;) {
      const found = this.#nextDelimiter(at);
      if (!found) break;
      this.#closeDownTo(found.level, this.#beforeLineEnd(found.lineStart));
      at = found.next;
      const parent = this.#open[found.level] as OpenMultipart;
      if (found.closing) {
        parent.boundary = null;
      } else if (this.#parts >= MAX_PARTS) {
        this.#cut = true;
        break;
      } else {
        at = this.#startPart(found.next, parent.part);
      }
    }
    this.#closeDownTo(-1, this.#raw.length);
    return { root, spans: this.#spans, cut: this.#cut };
  }

  /** Reads the header at `start`. @returns where the body starts */
  #startPart(start: number, parent: MimePart | null): number {
    const bodyStart = this.#headerEnd(start);
    if (bodyStart - start > MAX_HEADER) this.#cut = true;
    const part = readPartHeader(
      this.#raw.subarray(start, bodyStart),
      childPath(parent),
      parent?.type === 'multipart/digest',
    );
    const span = { headerStart: start, bodyStart, end: bodyStart };
    this.#parts += 1;
    parent?.parts?.push(part);
    if (isMultipart(part)) this.#openMultipart(part, span, parent === null);
    else this.#leaf = { part, span };
    this.#spans.set(part.path, span);
    return bodyStart;
  }

  #openMultipart(part: MimePart, span: PartSpan, isRoot: boolean): void {
    const boundary = part.params.boundary?.slice(0, MAX_BOUNDARY).trimEnd();
    if (!boundary || this.#open.length >= MAX_DEPTH) {
      // Without a boundary its content is shown as it is; too deep a nest stays one closed piece.
      this.#cut ||= Boolean(boundary);
      part.type = boundary ? 'application/octet-stream' : 'text/plain';
      this.#leaf = { part, span };
      return;
    }
    part.parts = [];
    if (isRoot) part.path = '';
    this.#open.push({ part, span, boundary });
  }

  /** The header ends after an empty line, before a delimiter of a part around it, or with the message. */
  #headerEnd(start: number): number {
    let at = start;
    while (at < this.#raw.length) {
      const first = this.#raw[at];
      if (first === LF) return at + 1;
      if (first === CR && this.#raw[at + 1] === LF) return at + 2;
      if (first === DASH && this.#delimiterAt(at)) return at;
      at = this.#nextLine(at);
    }
    return this.#raw.length;
  }

  #nextDelimiter(from: number): Delimiter | null {
    if (this.#open.every((multipart) => multipart.boundary === null)) return null;
    // A delimiter may be the very first line of a body.
    for (let at = from; at >= 0 && at < this.#raw.length; ) {
      const found = this.#delimiterAt(at);
      if (found) return found;
      const line = this.#raw.indexOf('\n--', at, 'latin1');
      at = line < 0 ? -1 : line + 1;
    }
    return null;
  }

  /** `--boundary`, perhaps `--`, and whatever is behind it that can be no boundary itself (RFC 2046 §5.1.1); the innermost part that it fits. */
  #delimiterAt(at: number): Delimiter | null {
    if (this.#raw[at] !== DASH || this.#raw[at + 1] !== DASH) return null;
    const next = this.#nextLine(at);
    const line = this.#raw.toString('latin1', at + 2, Math.min(next, at + MAX_BOUNDARY + 50));
    for (let level = this.#open.length - 1; level >= 0; level -= 1) {
      const boundary = this.#open[level]?.boundary;
      if (boundary === null || boundary === undefined || !line.startsWith(boundary)) continue;
      const [, closing] = BEHIND.exec(line.slice(boundary.length)) ?? [];
      if (closing !== undefined) return { level, closing: closing !== '', lineStart: at, next };
    }
    return null;
  }

  #nextLine(at: number): number {
    const lf = this.#raw.indexOf(LF, at);
    return lf < 0 ? this.#raw.length : lf + 1;
  }

  /** The line end before a delimiter belongs to the delimiter. */
  #beforeLineEnd(lineStart: number): number {
    let end = lineStart;
    if (end > 0 && this.#raw[end - 1] === LF) end -= 1;
    if (end > 0 && this.#raw[end - 1] === CR) end -= 1;
    return end;
  }

  #closeDownTo(level: number, end: number): void {
    if (this.#leaf) {
      const { part, span } = this.#leaf;
      span.end = Math.max(span.bodyStart, end);
      part.size = span.end - span.bodyStart;
      this.#leaf = null;
    }
    while (this.#open.length - 1 > level) {
      const { part, span } = this.#open.pop() as OpenMultipart;
      span.end = Math.max(span.bodyStart, end);
      if (part.parts?.length === 0) this.#addEmptyPart(part, span.end);
    }
  }

  /** Servers tell a multipart without parts as one with an empty text (Dovecot, Cyrus): there is always a part 1. */
  #addEmptyPart(parent: MimePart, at: number): void {
    const part = readPartHeader(Buffer.alloc(0), childPath(parent), false);
    parent.parts?.push(part);
    this.#spans.set(part.path, { headerStart: at, bodyStart: at, end: at });
  }
}

function isMultipart(part: MimePart): boolean {
  return part.type.startsWith('multipart/');
}

function childPath(parent: MimePart | null): string {
  if (!parent) return '1';
  const number = String((parent.parts?.length ?? 0) + 1);
  return parent.path === '' ? number : `${parent.path}.${number}`;
}
