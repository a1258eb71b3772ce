/** ManageSieve lines out of a stream of bytes, no socket: strings are quoted or literals, `{12}` CRLF and 12 bytes (RFC 5804 §4). */
import { ProtocolError } from '@/lib/errors';
import { SIEVE_LIMITS } from './limits';
import type { Line, StatusLine, Token } from './messages';

const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LITERAL = /^\{(\d{1,10})\+?\}$/;

export class SieveParser {
  #buffer: Buffer = Buffer.alloc(0);
  /** Bytes without which another try is of no use. */
  #needed = 0;

  push(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
  }

  /** Bytes that no command has asked for: after STARTTLS they would be injected plain text (security.md S14). */
  get unread(): boolean {
    return this.#buffer.length > 0;
  }

  /** The next line, or null until more bytes come. @throws protocolViolation, limitExceeded */
  next(): Line | null {
    if (this.#buffer.length === 0 || this.#buffer.length < this.#needed) return null;
    const reader = new LineReader(this.#buffer);
    const tokens = reader.read();
    this.#needed = reader.needed;
    if (tokens === null) return null;
    this.#buffer = this.#buffer.subarray(reader.at);
    return toLine(tokens);
  }
}

/** Reads one line from the start; null when it is not all there yet. */
class LineReader {
  at = 0;
  needed = 0;
  readonly #bytes: Buffer;
  #literals = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): Token[] | null {
    const tokens: Token[] = [];
    for (;;) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) return this.#incomplete();
      if (byte === LF) {
        this.at += 1;
        return tokens;
      }
      if (byte === 0x20 || byte === 0x0d) {
        this.at += 1;
        continue;
      }
      const token = byte === QUOTE ? this.#quoted() : this.#atom();
      if (token === null) return this.#incomplete();
      tokens.push(token);
    }
  }

  #incomplete(): null {
    if (this.#bytes.length - this.#literals > SIEVE_LIMITS.line && this.needed === 0)
      throw new ProtocolError('limitExceeded', 'ManageSieve line too long');
    return null;
  }

  #quoted(): Token | null {
    const value: number[] = [];
    for (let at = this.at + 1; at < this.#bytes.length; at += 1) {
      const byte = this.#bytes[at] as number;
      if (byte === QUOTE) {
        this.at = at + 1;
        return { kind: 'string', value: Buffer.from(value).toString() };
      }
      if (byte === BACKSLASH) at += 1;
      const escaped = byte === BACKSLASH ? this.#bytes[at] : byte;
      if (escaped !== undefined) value.push(escaped);
    }
    return null;
  }

  #atom(): Token | null {
    let end = this.at;
    while (end < this.#bytes.length && !isEnd(this.#bytes[end] as number)) end += 1;
    if (end === this.#bytes.length) return null;
    // `(QUOTA/MAXSIZE)"text"`: a parenthesis ends an atom as well.
    if (end === this.at) end += 1;
    const value = this.#bytes.toString('utf8', this.at, end);
    const size = LITERAL.exec(value)?.[1];
    if (size === undefined) {
      this.at = end;
      return { kind: 'atom', value };
    }
    return this.#literal(end, Number(size));
  }

  #literal(end: number, size: number): Token | null {
    if (size > SIEVE_LIMITS.literal)
      throw new ProtocolError('limitExceeded', 'ManageSieve literal too large');
    const lineEnd = this.#bytes.indexOf(LF, end);
    if (lineEnd < 0) return null;
    const start = lineEnd + 1;
    this.#literals += size;
    if (start + size > this.#bytes.length) {
      this.needed = start + size;
      return null;
    }
    this.at = start + size;
    return { kind: 'string', value: this.#bytes.toString('utf8', start, start + size) };
  }
}

function isEnd(byte: number): boolean {
  return byte === 0x20 || byte === 0x0d || byte === LF || byte === QUOTE || byte === 0x28 || byte === 0x29;
}

function toLine(tokens: Token[]): Line {
  const [first] = tokens;
  if (first?.kind !== 'atom') return { kind: 'data', tokens };
  const kind = first.value.toLowerCase();
  if (kind !== 'ok' && kind !== 'no' && kind !== 'bye') {
    throw new ProtocolError('protocolViolation', 'Not a ManageSieve answer', {
      serverText: first.value.slice(0, 200),
    });
  }
  return { kind, ...detailOf(tokens.slice(1)) };
}

/** `(CODE "argument") "text"` */
function detailOf(tokens: Token[]): Omit<StatusLine, 'kind'> {
  const isParenthesis = (token: Token | undefined, value: string) =>
    token?.kind === 'atom' && token.value === value;
  if (!isParenthesis(tokens[0], '(')) return { code: null, text: tokens[0]?.value ?? '' };
  const close = tokens.findIndex((token) => isParenthesis(token, ')'));
  const code = tokens[1]?.kind === 'atom' ? tokens[1].value.toUpperCase() : null;
  return { code, text: tokens[close + 1]?.value ?? '' };
}
