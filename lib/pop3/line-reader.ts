/** Lines of a listing (CAPA, LIST, UIDL) out of the parser's bytes, limited in length and number. */
import { ProtocolError } from '@/lib/errors';

export class LineReader {
  readonly #lineLimit: number;
  readonly #countLimit: number;
  readonly #lines: string[] = [];
  #rest = '';

  constructor(lineLimit: number, countLimit: number) {
    this.#lineLimit = lineLimit;
    this.#countLimit = countLimit;
  }

  push(bytes: Buffer): void {
    // latin1 keeps each byte one character, so a cut inside a character is harmless; listings are ASCII anyway.
    const lines = (this.#rest + bytes.toString('latin1')).split('\r\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#add(line);
    if (this.#rest.length > this.#lineLimit) this.#tooLong();
  }

  #add(line: string): void {
    if (line.length > this.#lineLimit) this.#tooLong();
    if (this.#lines.length >= this.#countLimit) {
      throw new ProtocolError('limitExceeded', 'POP3 listing has too many lines');
    }
    this.#lines.push(line);
  }

  #tooLong(): never {
    throw new ProtocolError('limitExceeded', 'POP3 listing line too long');
  }

  finish(): string[] {
    return this.#lines;
  }
}
