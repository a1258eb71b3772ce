/**
 * POP3 replies out of a stream of bytes, no socket (RFC 1939 §3). The caller says with `expect` which shape each reply
 * has, in the order of its commands, because the bytes alone do not tell; then `push` bytes and take `next` until null.
 * Message bytes come out exactly as they were before dot-stuffing: slices of what arrived, never decoded.
 */
import { ProtocolError } from '@/lib/errors';
import type { ReplyEvent, StatusLine } from '@/lib/pop3/messages';

export type ReplyShape = 'line' | 'multiline';

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const LINE_BREAK_DOT = Buffer.from('\r\n.');
const HELD_CR = Buffer.from('\r');

/**
 * Where the last byte left us inside a multi-line reply. `lineStart`: after CRLF, or at the very beginning. `dot`: the
 * line starts with a dot, which is either stuffing or the end. `dotCr`: that dot was followed by CR, not yet given out.
 */
type BodyState = 'text' | 'cr' | 'lineStart' | 'dot' | 'dotCr';

export class Pop3Parser {
  readonly #statusLimit: number;
  readonly #shapes: ReplyShape[] = [];
  readonly #chunks: Buffer[] = [];
  #offset = 0;
  #status: Buffer[] = [];
  #statusBytes = 0;
  #body: BodyState | null = null;
  #ready: ReplyEvent[] = [];

  constructor(statusLimit: number) {
    this.#statusLimit = statusLimit;
  }

  expect(shape: ReplyShape): void {
    this.#shapes.push(shape);
  }

  push(chunk: Buffer): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** Bytes that no reply has asked for: after STLS they would be injected plain text (security.md S14). */
  get unread(): boolean {
    return this.#chunks.length > 0 || this.#statusBytes > 0;
  }

  /** The next event, or null until more bytes come. @throws protocolViolation, limitExceeded */
  next(): ReplyEvent | null {
    for (;;) {
      const ready = this.#ready.shift();
      if (ready) return ready;
      const chunk = this.#chunks[0];
      if (!chunk) return null;
      if (this.#body === null) this.#readStatus(chunk);
      else this.#readBody(chunk);
    }
  }

  #consume(chunk: Buffer, offset: number): void {
    this.#offset = offset;
    if (offset < chunk.length) return;
    this.#chunks.shift();
    this.#offset = 0;
  }

  #readStatus(chunk: Buffer): void {
    const lineEnd = chunk.indexOf(LF, this.#offset);
    const end = lineEnd < 0 ? chunk.length : lineEnd + 1;
    this.#status.push(chunk.subarray(this.#offset, end));
    this.#statusBytes += end - this.#offset;
    this.#consume(chunk, end);
    if (this.#statusBytes > this.#statusLimit) {
      throw new ProtocolError('limitExceeded', 'POP3 status line too long');
    }
    if (lineEnd < 0) return;
    const line = this.#status.length === 1 ? this.#status[0] : Buffer.concat(this.#status);
    this.#status = [];
    this.#statusBytes = 0;
    if (line) this.#finishStatus(line);
  }

  #finishStatus(line: Buffer): void {
    const status = parseStatus(line);
    const shape = this.#shapes[0];
    if (!shape) throw new ProtocolError('protocolViolation', 'POP3 reply to no command');
    const last = shape === 'line' || status.kind !== 'ok';
    this.#shapes.shift();
    if (!last) this.#body = 'lineStart';
    this.#ready.push({ event: 'status', status, last });
  }

  #give(bytes: Buffer): void {
    if (bytes.length > 0) this.#ready.push({ event: 'data', bytes });
  }

  /** Works through one chunk up to its end, or to the end of the reply. */
  #readBody(chunk: Buffer): void {
    // Bytes in [start, at) are message bytes that were not given out yet.
    let start = this.#offset;
    let at = start;
    while (at < chunk.length && this.#body !== null) {
      const byte = chunk[at];
      switch (this.#body) {
        case 'text': {
          const found = chunk.indexOf(LINE_BREAK_DOT, at);
          if (found >= 0) {
            at = found + 2;
            this.#body = 'lineStart';
          } else {
            this.#body = tailState(chunk, at);
            at = chunk.length;
          }
          break;
        }
        case 'cr':
          // Without this CR, "\r\r\n." would be missed.
          this.#body = byte === LF ? 'lineStart' : byte === CR ? 'cr' : 'text';
          at++;
          break;
        case 'lineStart':
          if (byte !== DOT) {
            this.#body = 'text';
            break;
          }
          this.#give(chunk.subarray(start, at));
          start = ++at;
          this.#body = 'dot';
          break;
        case 'dot':
          if (byte === CR) {
            start = ++at;
            this.#body = 'dotCr';
          } else this.#body = 'text';
          break;
        case 'dotCr':
          if (byte === LF) {
            start = ++at;
            this.#body = null;
          } else {
            this.#give(HELD_CR);
            this.#body = 'cr';
          }
          break;
      }
    }
    this.#give(chunk.subarray(start, at));
    if (this.#body === null) this.#ready.push({ event: 'end' });
    this.#consume(chunk, at);
  }
}

/** The state after a run of text without CRLF-dot; only its last two bytes matter. */
function tailState(chunk: Buffer, from: number): BodyState {
  const last = chunk[chunk.length - 1];
  if (last === CR) return 'cr';
  const before = chunk.length - 2 >= from ? chunk[chunk.length - 2] : undefined;
  return last === LF && before === CR ? 'lineStart' : 'text';
}

function parseStatus(line: Buffer): StatusLine {
  // A server that ends lines with a bare LF would also end its messages so: say it now instead of waiting for CRLF.CRLF.
  if (line.length < 2 || line[line.length - 2] !== CR) {
    throw new ProtocolError('protocolViolation', 'POP3 line without CRLF');
  }
  const text = line.toString('utf8', 0, line.length - 2);
  if (text === '+' || text.startsWith('+ ')) return { kind: 'continue', code: null, text: text.slice(2) };
  const match = /^(\+OK|-ERR)(?:[ \t]+(?:\[([^\]\s]{1,64})[^\]]*\])?(.*))?$/is.exec(text);
  if (!match?.[1]) {
    throw new ProtocolError('protocolViolation', 'Not a POP3 reply', { serverText: text.slice(0, 200) });
  }
  return {
    kind: match[1].toUpperCase() === '+OK' ? 'ok' : 'error',
    code: match[2]?.toUpperCase() ?? null,
    text: (match[3] ?? '').trim(),
  };
}
