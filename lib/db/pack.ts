/** Small blobs in their rows are deflated where that spares something; what is very small is not worth the time. */
import { promisify } from 'node:util';
import { deflateRawSync, inflateRaw } from 'node:zlib';
import { SMALL_BLOB } from './blob-store-spool';

const WORTH = 4 * 1024;
/** What is packed already (most attachments) stays as it is. */
const SPARED = 0.9;

export interface Packed {
  data: Buffer;
  /** 1: deflated. */
  packed: 0 | 1;
}

export function pack(data: Buffer): Packed {
  if (data.length < WORTH) return { data, packed: 0 };
  const smaller = deflateRawSync(data, { level: 3 });
  return smaller.length < data.length * SPARED ? { data: smaller, packed: 1 } : { data, packed: 0 };
}

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

/** @throws when the bytes are damaged */
export async function unpack({ data, packed }: { data: Buffer; packed: number }): Promise<Buffer> {
  return packed === 1 ? inflate(data, { maxOutputLength: SMALL_BLOB }) : data;
}
