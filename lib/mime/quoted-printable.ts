/** quoted-printable (RFC 2045 §6.7). A `=` that starts no valid sequence is passed on as it is. */
const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
/** Blanks at a line's end were added in transport and are dropped (rule 3); longer runs are taken for content. */
const MAX_BLANKS = 1000;

export class QuotedPrintableDecoder {
  /** What may still turn out to be a sequence: `=`, `=A`, `= \t`, `=\r`. */
  #escape: number[] = [];
  #blanks: number[] = [];

  write(chunk: Uint8Array): Buffer {
    const out = new Output(chunk.length + this.#escape.length + this.#blanks.length + 4);
    for (let i = 0; i < chunk.length; i += 1) this.#take(chunk[i] as number, out);
    return out.bytes();
  }

  end(): Buffer {
    const out = new Output(this.#escape.length + this.#blanks.length);
    // A lone `=` at the very end is a soft line break without its line end.
    if (this.#escape.length > 1 && isHex(this.#escape[1])) out.pushAll(this.#escape);
    this.#escape = [];
    this.#blanks = [];
    return out.bytes();
  }

  #take(byte: number, out: Output): void {
    if (this.#escape.length > 0) {
      this.#continueEscape(byte, out);
    } else if (byte === EQUALS) {
      this.#flushBlanks(out);
      this.#escape.push(byte);
    } else if (byte === SPACE || byte === TAB) {
      this.#blanks.push(byte);
      if (this.#blanks.length > MAX_BLANKS) this.#flushBlanks(out);
    } else if (byte === CR || byte === LF) {
      this.#blanks.length = 0;
      out.push(byte);
    } else {
      this.#flushBlanks(out);
      out.push(byte);
    }
  }

  #continueEscape(byte: number, out: Output): void {
    const second = this.#escape[1];
    if (byte === LF && !isHex(second)) {
      this.#escape.length = 0;
      return;
    }
    if (second === undefined && (isHex(byte) || isBlank(byte) || byte === CR)) {
      this.#escape.push(byte);
    } else if (isHex(second) && isHex(byte)) {
      this.#escape.length = 0;
      out.push(Number.parseInt(String.fromCharCode(second as number, byte), 16));
    } else if (isBlank(second) && (isBlank(byte) || byte === CR) && this.#escape.length < MAX_BLANKS) {
      this.#escape.push(byte);
    } else {
      this.#notAnEscape(byte, out);
    }
  }

  #notAnEscape(byte: number, out: Output): void {
    const [equals, ...rest] = this.#escape;
    this.#escape.length = 0;
    // `=\r` without its LF is a soft line break too.
    if (rest[0] !== CR) {
      out.push(equals as number);
      for (const held of rest) this.#take(held, out);
    }
    this.#take(byte, out);
  }

  #flushBlanks(out: Output): void {
    out.pushAll(this.#blanks);
    this.#blanks.length = 0;
  }
}

class Output {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  push(byte: number): void {
    if (this.#length === this.#buffer.length)
      this.#buffer = Buffer.concat([this.#buffer, Buffer.alloc(this.#length + 16)]);
    this.#buffer[this.#length++] = byte;
  }

  pushAll(bytes: number[]): void {
    for (const byte of bytes) this.push(byte);
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
