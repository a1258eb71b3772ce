/** base64 (RFC 2045 §6.8): bytes outside the alphabet are skipped, several padded blocks in a row are all decoded. */
const PAD = 64;
const SKIP = 255;
const VALUES = new Uint8Array(256).fill(SKIP);
for (const [value, char] of [
  ...Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'),
].entries()) {
  VALUES[char] = value;
}
VALUES[0x3d] = PAD;

export class Base64Decoder {
  #bits = 0;
  #digits = 0;

  write(chunk: Uint8Array): Buffer {
    const out = Buffer.allocUnsafe(((chunk.length + 4) * 3) >> 2);
    let length = 0;
    for (let i = 0; i < chunk.length; i += 1) {
      const value = VALUES[chunk[i] as number] as number;
      if (value === SKIP) continue;
      if (value === PAD) {
        length = this.#flush(out, length);
        continue;
      }
      this.#bits = (this.#bits << 6) | value;
      this.#digits += 1;
      if (this.#digits < 4) continue;
      out[length] = this.#bits >> 16;
      out[length + 1] = this.#bits >> 8;
      out[length + 2] = this.#bits;
      length += 3;
      this.#bits = 0;
      this.#digits = 0;
    }
    return out.subarray(0, length);
  }

  end(): Buffer {
    const out = Buffer.alloc(2);
    return out.subarray(0, this.#flush(out, 0));
  }

  /** Two digits hold one byte, three hold two; a single one is nothing. */
  #flush(out: Buffer, at: number): number {
    let length = at;
    if (this.#digits === 2) out[length++] = this.#bits >> 4;
    if (this.#digits === 3) {
      out[length++] = this.#bits >> 10;
      out[length++] = this.#bits >> 2;
    }
    this.#bits = 0;
    this.#digits = 0;
    return length;
  }
}
