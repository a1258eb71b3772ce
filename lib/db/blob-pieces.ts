/**
 * A large blob as a file of pieces, each deflated on its own where that spares something, so that a range is read without
 * what is before it. Behind the pieces their lengths stand, and at the end what the file is.
 */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { errorFields, log } from '@/lib/log';
import { type BlobWriter, DamagedBlob, type Range } from './blob-store-large';
import { type Packed, packBeside, unpack } from './pack';

const PIECE = 256 * 1024;
/** Packed or unpacked at a time; libuv has four threads, and files are read on them, too. */
const AHEAD = 3;
const MAGIC = 0x5a50_4701;
/** Magic, bytes of a piece, bytes of the blob. */
const TRAILER = 16;
const LENGTH = 4;
/** In a length: the piece is deflated. */
const DEFLATED = 0x8000_0000;

export class PieceWriter implements BlobWriter {
  readonly #handle: FileHandle;
  readonly #lengths: number[] = [];
  readonly #packing: Promise<Packed>[] = [];
  #held: Buffer[] = [];
  #heldBytes = 0;
  #size = 0;

  /** @param handle of an empty file */
  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Buffer): Promise<void> {
    this.#size += bytes.length;
    for (let rest = bytes; rest.length > 0; ) {
      const part = rest.subarray(0, PIECE - this.#heldBytes);
      this.#held.push(part);
      this.#heldBytes += part.length;
      rest = rest.subarray(part.length);
      if (this.#heldBytes === PIECE) await this.#pack();
    }
  }

  async end(): Promise<void> {
    if (this.#heldBytes > 0) await this.#pack();
    while (this.#packing.length > 0) await this.#append();
    const end = Buffer.alloc(this.#lengths.length * LENGTH + TRAILER);
    for (const [index, length] of this.#lengths.entries()) end.writeUInt32LE(length, index * LENGTH);
    const trailer = end.subarray(-TRAILER);
    trailer.writeUInt32LE(MAGIC, 0);
    trailer.writeUInt32LE(PIECE, 4);
    trailer.writeBigUInt64LE(BigInt(this.#size), 8);
    await this.#handle.appendFile(end);
  }

  async #pack(): Promise<void> {
    const packing = packBeside(Buffer.concat(this.#held));
    // Awaited in its turn, unless the disk is full before.
    packing.catch(() => undefined);
    this.#packing.push(packing);
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#packing.length >= AHEAD) await this.#append();
  }

  async #append(): Promise<void> {
    const packed = await this.#packing.shift();
    if (!packed) return;
    await this.#handle.appendFile(packed.data);
    this.#lengths.push(packed.data.length + packed.packed * DEFLATED);
  }
}

interface Pieces {
  /** Bytes of each but the last. */
  piece: number;
  /** Of the blob. */
  size: number;
  /** In the file; one more than there are pieces. */
  starts: number[];
  deflated: boolean[];
}

/** Closes the file when the stream is closed. @throws DamagedBlob */
export async function openPieces(handle: FileHandle, range: Range): Promise<Readable> {
  try {
    const pieces = await piecesOf(handle);
    const stream = Readable.from(read(handle, pieces, range), { objectMode: false });
    return stream.once('close', () => {
      handle.close().catch((error) => log.warn('blob.close', errorFields(error)));
    });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function piecesOf(handle: FileHandle): Promise<Pieces> {
  const { size: file } = await handle.stat();
  const trailer = await bytesAt(handle, file - TRAILER, TRAILER);
  const piece = trailer.readUInt32LE(4);
  const size = Number(trailer.readBigUInt64LE(8));
  const count = Math.ceil(size / piece);
  if (trailer.readUInt32LE(0) !== MAGIC || !(count * LENGTH <= file)) throw new DamagedBlob();
  const index = await bytesAt(handle, file - TRAILER - count * LENGTH, count * LENGTH);
  const starts = [0];
  const deflated: boolean[] = [];
  for (let at = 0; at < index.length; at += LENGTH) {
    const length = index.readUInt32LE(at);
    deflated.push(length >= DEFLATED);
    starts.push((starts.at(-1) ?? 0) + (length % DEFLATED));
  }
  if (starts.at(-1) !== file - TRAILER - index.length) throw new DamagedBlob();
  return { piece, size, starts, deflated };
}

async function* read(handle: FileHandle, pieces: Pieces, { offset, length }: Range): AsyncGenerator<Buffer> {
  const end = Math.min(offset + length, pieces.size);
  const ahead: Promise<Buffer>[] = [];
  let next = Math.floor(offset / pieces.piece);
  for (let start = next * pieces.piece; start < end; start += pieces.piece) {
    for (; ahead.length < AHEAD && next * pieces.piece < end; next += 1) {
      const reading = pieceAt(handle, pieces, next);
      // Awaited in its turn, unless nobody reads on.
      reading.catch(() => undefined);
      ahead.push(reading);
    }
    const piece = await ahead.shift();
    yield piece?.subarray(Math.max(0, offset - start), end - start) ?? Buffer.alloc(0);
  }
}

async function pieceAt(handle: FileHandle, pieces: Pieces, index: number): Promise<Buffer> {
  const [start = 0, end = 0] = pieces.starts.slice(index, index + 2);
  const wanted = Math.min(pieces.piece, pieces.size - index * pieces.piece);
  const data = await bytesAt(handle, start, end - start);
  const bytes = await unpack({ data, packed: pieces.deflated[index] ? 1 : 0 }, wanted);
  if (bytes.length !== wanted) throw new DamagedBlob();
  return bytes;
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  if (position < 0) throw new DamagedBlob();
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) throw new DamagedBlob();
    at += bytesRead;
  }
  return bytes;
}
