/** Compressed RTF (MS-OXRTFCP): LZ77 over a ring of 4,096 bytes that begins with the usual words of an RTF document. */

const PACKED = 0x75465a4c;
const PLAIN = 0x414c454d;
const HEADER = 16;
const RING = 4_096;
/** MS-OXRTFCP §2.1.2.1. */
const BEGIN = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);
/** Eighteen bytes for two: what is small may become large. */
const MAX_RTF = 8_000_000;

/** As much as makes sense; empty when it is no RTF. */
export function unpackRtf(bytes: Buffer): Buffer {
  if (bytes.length < HEADER) return Buffer.alloc(0);
  const size = Math.min(bytes.readUInt32LE(4), MAX_RTF);
  const kind = bytes.readUInt32LE(8);
  const packed = bytes.subarray(HEADER);
  if (kind === PLAIN) return packed.subarray(0, size);
  // Two bytes stand for at most eighteen: a length that lies takes no memory.
  return kind === PACKED ? unpack(packed, Math.min(size, packed.length * 9)) : Buffer.alloc(0);
}

function unpack(packed: Buffer, size: number): Buffer {
  const ring = Buffer.alloc(RING);
  BEGIN.copy(ring);
  const out = Buffer.alloc(size);
  let [at, done, write] = [0, 0, BEGIN.length];
  const put = (byte: number) => {
    ring[write] = byte;
    write = (write + 1) % RING;
    if (done < size) out[done] = byte;
    done += 1;
  };
  while (at < packed.length && done < size) {
    const control = packed[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < packed.length && done < size; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(packed[at++] ?? 0);
        continue;
      }
      const word = ((packed[at] ?? 0) << 8) | (packed[at + 1] ?? 0);
      at += 2;
      const from = word >> 4;
      // A reference to where is written next is the end.
      if (from === write) return out.subarray(0, done);
      for (let n = 0; n < (word & 15) + 2; n += 1) put(ring[(from + n) % RING] ?? 0);
    }
  }
  return out.subarray(0, Math.min(done, size));
}
