/** uuencode as a transfer encoding (`x-uuencode`): data lines between `begin` and `end`; other lines are skipped. */
const LF = 0x0a;
/** A full line is 61 bytes; some encoders add a checksum or blanks. */
const MAX_LINE = 200;

export class UuDecoder {
  #line: number[] = [];
  #state: 'before' | 'data' | 'after' = 'before';

  write(chunk: Uint8Array): Buffer {
    const out: Buffer[] = [];
    for (const byte of chunk) {
      if (byte !== LF) {
        if (this.#line.length < MAX_LINE) this.#line.push(byte);
        continue;
      }
      const decoded = this.#takeLine();
      if (decoded) out.push(decoded);
    }
    return Buffer.concat(out);
  }

  end(): Buffer {
    return this.#takeLine() ?? Buffer.alloc(0);
  }

  #takeLine(): Buffer | null {
    const line = Buffer.from(this.#line);
    this.#line = [];
    const text = line.toString('latin1').trimEnd();
    if (this.#state === 'before' && /^begin [0-7]{3,4} /.test(text)) this.#state = 'data';
    else if (this.#state === 'data' && text === 'end') this.#state = 'after';
    else if (this.#state === 'data') return decodeLine(line);
    return null;
  }
}

function decodeLine(line: Buffer): Buffer {
  const length = digit(line[0]);
  const out = Buffer.alloc(Math.ceil(length / 3) * 3);
  for (let i = 1, at = 0; at < length; i += 4, at += 3) {
    const bits =
      (digit(line[i]) << 18) | (digit(line[i + 1]) << 12) | (digit(line[i + 2]) << 6) | digit(line[i + 3]);
    out[at] = bits >> 16;
    out[at + 1] = bits >> 8;
    out[at + 2] = bits;
  }
  return out.subarray(0, length);
}

/** Blanks at a line's end are often lost: a missing byte is a blank. */
function digit(byte: number | undefined): number {
  return ((byte ?? 0x20) - 0x20) & 0x3f;
}
