/** Bytes are deflated where that spares something; what is very small when there is time for it (blob-store-shrink.ts). */
import { promisify } from 'node:util';
import {
  constants,
  deflateRaw,
  deflateRawSync,
  inflateRaw,
  inflateRawSync,
  type ZlibOptions,
} from 'node:zlib';
import { SMALL_BLOB } from './blob-store-spool';
import { DICTIONARY } from './pack-dictionary';

/** Of less, deflating on its way in would be a tenth of what storing a message takes. */
export const WORTH = 4 * 1024;
/** What is packed already (most attachments) stays as it is. */
const SPARED = 0.9;
const SAMPLE = 1024;

export interface Packed {
  data: Buffer;
  /** 1: deflated. */
  packed: 0 | 1;
}

export interface Shrunk {
  data: Buffer;
  /** 2: deflated with the dictionary; 3: as it came, for that spares nothing. */
  packed: 2 | 3;
}

/** Room for what the dictionary and a small message hold. */
const SHRINKING = { level: 6, windowBits: 13, memLevel: 6, dictionary: DICTIONARY };

export function pack(data: Buffer): Packed {
  if (data.length < WORTH) return { data, packed: 0 };
  return better(data, deflateRawSync(data, { level: 3 }));
}

/** Of less than WORTH: too short to repeat itself, but not to repeat what all mail says. */
export function shrink(data: Buffer): Shrunk {
  const smaller = deflateRawSync(data, SHRINKING);
  if (smaller.length >= data.length * SPARED) return { data, packed: 3 };
  // It takes the place of the only copy.
  if (!inflateRawSync(smaller, { dictionary: DICTIONARY }).equals(data))
    throw new Error('deflate has failed');
  return { data: smaller, packed: 2 };
}

/** A piece of something large, by another thread. */
export async function packBeside(data: Buffer): Promise<Packed> {
  const options = hasWords(data)
    ? { level: 1 }
    : // base64 and the like: nothing repeats in it, and looking for that takes four times as long.
      { level: 1, strategy: constants.Z_HUFFMAN_ONLY };
  return better(data, await deflate(data, options));
}

/** @throws when the bytes are damaged, or more than `most` */
export async function unpack(
  { data, packed }: { data: Buffer; packed: number },
  most = SMALL_BLOB,
): Promise<Buffer> {
  if (packed === 1) return inflate(data, { maxOutputLength: most });
  if (packed === 2) return inflate(data, { maxOutputLength: WORTH, dictionary: DICTIONARY });
  return data;
}

const deflate = promisify<Buffer, ZlibOptions, Buffer>(deflateRaw);
const inflate = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);

function better(data: Buffer, smaller: Buffer): Packed {
  return smaller.length < data.length * SPARED ? { data: smaller, packed: 1 } : { data, packed: 0 };
}

/** Text has blanks and no control characters; base64 has no blanks, files have control characters. */
function hasWords(data: Buffer): boolean {
  const middle = data.length >> 1;
  const sample = data.subarray(middle, middle + SAMPLE);
  return sample.includes(0x20) && !sample.some((byte) => byte < 0x09);
}
