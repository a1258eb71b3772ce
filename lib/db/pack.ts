/** Bytes are deflated where that spares something; what is very small is not worth the time. */
import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, inflateRaw, type ZlibOptions } from 'node:zlib';
import { SMALL_BLOB } from './blob-store-spool';

const WORTH = 4 * 1024;
/** What is packed already (most attachments) stays as it is. */
const SPARED = 0.9;
const SAMPLE = 1024;

export interface Packed {
  data: Buffer;
  /** 1: deflated. */
  packed: 0 | 1;
}

export function pack(data: Buffer): Packed {
  if (data.length < WORTH) return { data, packed: 0 };
  return better(data, deflateRawSync(data, { level: 3 }));
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
  return packed === 1 ? inflate(data, { maxOutputLength: most }) : data;
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
