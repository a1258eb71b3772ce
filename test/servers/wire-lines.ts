/** Cuts an IMAP byte stream into lines and literals, so that a rewriter never mistakes message bytes for protocol. */
const LITERAL = /\{(\d+)\+?\}$/;

export class WireLines {
  #pending = Buffer.alloc(0);
  #literal = 0;

  /** @param rewrite gets a line without CRLF; null drops it. */
  constructor(readonly rewrite: (line: string) => string | null) {}

  push(chunk: Buffer): Buffer {
    const out: Buffer[] = [];
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length > 0) {
      if (this.#literal > 0) {
        const part = this.#pending.subarray(0, this.#literal);
        this.#literal -= part.length;
        this.#pending = this.#pending.subarray(part.length);
        out.push(part);
        continue;
      }
      const end = this.#pending.indexOf('\r\n');
      if (end < 0) break;
      // latin1 keeps every byte as it is.
      const line = this.#pending.subarray(0, end).toString('latin1');
      this.#pending = this.#pending.subarray(end + 2);
      this.#literal = Number(LITERAL.exec(line)?.[1] ?? 0);
      const rewritten = this.rewrite(line);
      if (rewritten !== null) out.push(Buffer.from(`${rewritten}\r\n`, 'latin1'));
    }
    return Buffer.concat(out);
  }
}
