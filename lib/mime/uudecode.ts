/** uuencode: as a transfer encoding (`x-uuencode`), and as files between the lines of a text. Data lines stand between `begin` and `end`. */
import type { FoundFile } from './types';

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
    else if (this.#state === 'data') return decodeLine(withoutCr(line));
    return null;
  }
}

const BEGIN = /^begin [0-7]{3,4} (.{1,255})$/;

/** Whole ones only: a `begin` whose lines are no data, or that does not end, is text. */
export function uuFiles(text: Buffer, most: number): FoundFile[] {
  const files: FoundFile[] = [];
  let open: { name: string; chunks: Buffer[] } | null = null;
  for (let at = 0; at < text.length && files.length < most; ) {
    const lf = text.indexOf(LF, at);
    const end = lf < 0 ? text.length : lf;
    const line = text.subarray(at, Math.min(end, at + 300));
    at = end + 1;
    const words = line[0] === 0x62 || line[0] === 0x65 ? line.toString('latin1').trimEnd() : '';
    const name = words.startsWith('begin ') ? BEGIN.exec(words)?.[1] : undefined;
    if (name !== undefined) open = { name, chunks: [] };
    else if (open && words === 'end') {
      const bytes = Buffer.concat(open.chunks);
      files.push({ name: open.name, type: 'application/octet-stream', cid: null, bytes });
      open = null;
    } else if (open && isData(line)) open.chunks.push(decodeLine(withoutCr(line)));
    else open = null;
  }
  return files;
}

/** A blank that was lost at the end must not be read as CR. */
function withoutCr(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}

/** As long as it says, give or take what was trimmed or added at its end. */
function isData(line: Buffer): boolean {
  const length = digit(line[0]);
  const expected = 1 + Math.ceil(length / 3) * 4;
  const actual = line.toString('latin1').trimEnd().length;
  if (length === 0) return actual <= 2;
  return (
    actual <= expected + 2 &&
    actual >= 2 &&
    line.subarray(0, actual).every((byte) => byte >= 0x20 && byte <= 0x60)
  );
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
