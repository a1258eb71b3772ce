/** Content-Transfer-Encodings (RFC 2045 §6), decoded chunk by chunk. Tolerant: what is malformed is passed on or skipped. */
import { Transform } from 'node:stream';
import { Base64Decoder } from './base64';
import { QuotedPrintableDecoder } from './quoted-printable';
import { UuDecoder } from './uudecode';

/** Splits may fall anywhere; the concatenation of all outputs is the decoded content. */
export interface ChunkDecoder {
  write(chunk: Uint8Array): Buffer;
  end(): Buffer;
}

/** False where what is stored is the content itself. */
export function isEncoded(encoding: string): boolean {
  return chunkDecoder(encoding) !== identity;
}

/** Unknown encodings are left as they are, like 7bit, 8bit and binary. */
export function chunkDecoder(encoding: string): ChunkDecoder {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return new Base64Decoder();
    case 'quoted-printable':
      return new QuotedPrintableDecoder();
    case 'uuencode':
    case 'x-uuencode':
    case 'x-uue':
      return new UuDecoder();
    default:
      return identity;
  }
}

const NOTHING = Buffer.alloc(0);
const identity: ChunkDecoder = {
  write: (chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
  end: () => NOTHING,
};

export function decodeTransfer(bytes: Uint8Array, encoding: string): Buffer {
  const decoder = chunkDecoder(encoding);
  return Buffer.concat([decoder.write(bytes), decoder.end()]);
}

/** For downloads: `source.pipe(transferDecoder(part.encoding))`. */
export function transferDecoder(encoding: string): Transform {
  const decoder = chunkDecoder(encoding);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, decoder.write(chunk));
    },
    flush(done) {
      done(null, decoder.end());
    },
  });
}
