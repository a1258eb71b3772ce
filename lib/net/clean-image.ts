/**
 * An image without what is not drawn (security.md S9): comments, EXIF, XMP, previews of the camera, and whatever was hung on
 * behind its end. Pixels are passed on as they are: encoding them again would need a decoder of a stranger's bytes here.
 */

export interface RemoteImage {
  type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  bytes: Buffer;
}

/** Pieces to keep; what makes no sense ends the reading, and what was whole before stands: browsers draw as far as it goes. */
const CLEANERS: Record<RemoteImage['type'], (bytes: Buffer) => Buffer[]> = {
  'image/png': png,
  'image/jpeg': jpeg,
  'image/gif': gif,
  'image/webp': webp,
};

export function cleanImage({ type, bytes }: RemoteImage): RemoteImage {
  return { type, bytes: Buffer.concat(CLEANERS[type](bytes)) };
}

/** Beside those that an image cannot be drawn without, whose names begin with a capital: transparency, colours, animation. */
const PNG_CHUNKS = new Set([
  ...['tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT', 'bKGD', 'pHYs'],
  ...['acTL', 'fcTL', 'fdAT'],
]);

function png(bytes: Buffer): Buffer[] {
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (/^[A-Z]/.test(name) || PNG_CHUNKS.has(name)) kept.push(bytes.subarray(at, end));
    if (name === 'IEND') break;
    at = end;
  }
  return kept;
}

const JPEG = {
  end: 0xd9,
  scan: 0xda,
  comment: 0xfe,
  app0: 0xe0,
  exif: 0xe1,
  icc: 0xe2,
  adobe: 0xee,
  last: 0xef,
};

function jpeg(bytes: Buffer): Buffer[] {
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === JPEG.end) break;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(at, end);
    if (marker === JPEG.exif) kept.push(...orientation(segment));
    else if (isDrawn(marker, segment)) kept.push(segment);
    at = marker === JPEG.scan ? endOfScan(bytes, end) : end;
    if (marker === JPEG.scan) kept.push(bytes.subarray(end, at));
  }
  kept.push(Buffer.from([0xff, JPEG.end]));
  return kept;
}

function isDrawn(marker: number, segment: Buffer): boolean {
  if (marker === JPEG.icc) return segment.toString('latin1', 4, 16) === 'ICC_PROFILE\0';
  const isApplication = marker > JPEG.app0 && marker <= JPEG.last;
  return marker !== JPEG.comment && (!isApplication || marker === JPEG.adobe);
}

/** The coded pixels go on to the next marker that is no restart and no escaped byte. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

const ORIENTATION = 0x0112;
const MAX_TAGS = 200;

/** Which way is up stands in EXIF, with where the photograph was taken: the one is kept. */
function orientation(segment: Buffer): Buffer[] {
  if (segment.toString('latin1', 4, 10) !== 'Exif\0\0') return [];
  const tiff = segment.subarray(10);
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) =>
    at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const start = tiff.length < 8 ? 0 : isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const count = Math.min(u16(start), MAX_TAGS);
  for (let tag = start + 2; tag < start + 2 + 12 * count; tag += 12) {
    const value = u16(tag + 8);
    if (u16(tag) === ORIENTATION && value >= 1 && value <= 8) return [exifOf(value)];
  }
  return [];
}

function exifOf(value: number): Buffer {
  const head = Buffer.from(
    'ffe1 0022 457869660000 4d4d002a 00000008 0001 0112 0003 00000001'.replaceAll(' ', ''),
    'hex',
  );
  return Buffer.concat([head, Buffer.from([0, value, 0, 0, 0, 0, 0, 0])]);
}

const GIF = { extension: 0x21, image: 0x2c, control: 0xf9, application: 0xff };
const LOOPS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0']);

function gif(bytes: Buffer): Buffer[] {
  let at = 13 + gifColours(bytes[10] ?? 0);
  const kept = [bytes.subarray(0, at)];
  while (at < bytes.length) {
    const start = at;
    if (bytes[at] === GIF.extension) {
      at = endOfBlocks(bytes, at + 2);
      if (isGifDrawn(bytes, start)) kept.push(bytes.subarray(start, at));
    } else if (bytes[at] === GIF.image) {
      at = endOfBlocks(bytes, at + 11 + gifColours(bytes[at + 9] ?? 0));
      kept.push(bytes.subarray(start, at));
    } else break;
  }
  kept.push(Buffer.from(';'));
  return kept;
}

function gifColours(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

function isGifDrawn(bytes: Buffer, at: number): boolean {
  const kind = bytes[at + 1];
  return (
    kind === GIF.control || (kind === GIF.application && LOOPS.has(bytes.toString('latin1', at + 3, at + 14)))
  );
}

function endOfBlocks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
  return Math.min(at + 1, bytes.length);
}

const WEBP_CHUNKS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Flags of VP8X that say that EXIF and XMP follow. */
const WEBP_METADATA = 0x0c;

function webp(bytes: Buffer): Buffer[] {
  const kept: Buffer[] = [];
  const whole = Math.min(bytes.length, 8 + bytes.readUInt32LE(4));
  for (let at = 12; at + 8 <= whole; ) {
    const size = bytes.readUInt32LE(at + 4);
    const name = bytes.toString('latin1', at, at + 4);
    const chunk = Buffer.from(bytes.subarray(at, at + 8 + size + (size % 2)));
    if (name === 'VP8X' && chunk.length > 8) chunk[8] = (chunk[8] ?? 0) & ~WEBP_METADATA;
    if (WEBP_CHUNKS.has(name)) kept.push(chunk);
    at += 8 + size + (size % 2);
  }
  const head = Buffer.from(bytes.subarray(0, 12));
  head.writeUInt32LE(4 + kept.reduce((sum, chunk) => sum + chunk.length, 0), 4);
  return [head, ...kept];
}
