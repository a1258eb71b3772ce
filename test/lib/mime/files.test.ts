/** Files in winmail.dat and uuencoded ones: what is whole is found, what is broken ends the reading (security.md S28). */
import { expect, it } from 'vitest';
import { filesIn } from '@/lib/mime/files';
import { filesSafely } from '@/lib/mime/worker-pool';

function attribute(level: number, id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(level);
  head.writeUInt32LE(id, 1);
  head.writeUInt32LE(data.length, 5);
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(data.reduce((total, byte) => (total + byte) & 0xffff, 0));
  return Buffer.concat([head, data, sum]);
}

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const property = (type: number, id: number, bytes: Buffer) =>
  Buffer.concat([u32(type | (id << 16)), u32(1), u32(bytes.length), padded(bytes)]);

const HEAD = Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]);
const ORIGIN = attribute(2, 0x00069002, Buffer.alloc(14));
const file = (title: string, data: Buffer, properties: Buffer[] = []) =>
  Buffer.concat([
    ORIGIN,
    attribute(2, 0x00018010, Buffer.from(`${title}\0`)),
    attribute(2, 0x0006800f, data),
    ...(properties.length === 0
      ? []
      : [attribute(2, 0x00069005, Buffer.concat([u32(properties.length), ...properties]))]),
  ]);

it('winmail.dat: each attachment with its long name and type, whatever alphabet', () => {
  const named = [
    Buffer.concat([u32(0x000b | (0x7ffe << 16)), u32(1)]),
    property(0x1f, 0x3707, Buffer.from('Отчёт за май.pdf\0', 'utf16le')),
    property(0x1e, 0x370e, Buffer.from('application/pdf\0')),
  ];
  const bytes = Buffer.concat([
    HEAD,
    attribute(1, 0x00069007, Buffer.concat([u32(1251), u32(0)])),
    file('OTCHET~1.PDF', Buffer.from('%PDF one'), named),
    file('\xcf\xeb\xe0\xed.txt', Buffer.from('two')),
  ]);
  expect(filesIn(bytes)).toEqual([
    { name: 'Отчёт за май.pdf', type: 'application/pdf', cid: null, bytes: Buffer.from('%PDF one') },
    { name: expect.stringMatching(/\.txt$/), type: 'text/plain', cid: null, bytes: Buffer.from('two') },
  ]);
});

it('S28: cut anywhere, or with lengths that lie, it gives what was whole and never fails', async () => {
  const bytes = Buffer.concat([HEAD, file('a.txt', Buffer.from('one')), file('b.txt', Buffer.from('two'))]);
  for (let end = 0; end <= bytes.length; end += 1) {
    const names = filesIn(bytes.subarray(0, end)).map(({ name }) => name);
    expect(['', 'a.txt', 'a.txt,b.txt']).toContain(names.join());
  }
  const lying = Buffer.from(bytes);
  lying.writeUInt32LE(0xffffffff, HEAD.length + 5);
  expect(filesIn(lying)).toEqual([]);
  const bomb = Buffer.concat([HEAD, ORIGIN, attribute(2, 0x00069005, u32(0xffffffff))]);
  expect(filesIn(bomb)).toEqual([]);
  const many = Buffer.concat([HEAD, ...Array.from({ length: 300 }, () => file('x', Buffer.alloc(2_000)))]);
  expect(await filesSafely(many)).toHaveLength(100);
});

const message = (...found: Buffer[]) =>
  Buffer.concat([HEAD, attribute(1, 0x00069003, Buffer.concat([u32(found.length), ...found]))]);
const rtfProperty = (rtf: Buffer, kind = 0x414c454d, size = rtf.length) =>
  property(0x102, 0x1009, Buffer.concat([u32(rtf.length + 12), u32(size), u32(kind), u32(0), rtf]));
const texts = (bytes: Buffer) =>
  filesIn(bytes).map(({ name, type, bytes }) => [name, type, bytes.toString()]);

it('winmail.dat with its text as RTF only: the HTML that is in it, in its own alphabets', () => {
  const rtf = String.raw`{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial;}}
{\colortbl\red0\green0\blue0;}{\*\generator Mail 1;}
{\*\htmltag64 <p>}\htmlrtf {\f1 \htmlrtf0 \'cf\'f0\'e8\'e2\'e5\'f2 \htmlrtf }\htmlrtf0 &amp; \u8364?5 \{x\}
{\*\htmltag72 </p>}\htmlrtf \par \htmlrtf0 {\*\mhtmltag84 <a href="x">}}`;
  expect(texts(message(rtfProperty(Buffer.from(rtf))))).toEqual([
    ['message.html', 'text/html', '\ufeff<p>Привет &amp; €5 {x}</p>'],
  ]);
});

it('winmail.dat with RTF of its own: its words; what is HTML already goes before', () => {
  // The examples of MS-OXRTFCP 3.1 and 3.2; the second refers to what is being written.
  const packed = (hex: string, size: number) => rtfProperty(Buffer.from(hex, 'hex'), 0x75465a4c, size);
  const hello = packed('03000a007263706731323542320af32068656c090020627705b06c647d0a800fa0', 0x2b);
  expect(texts(message(hello))).toEqual([['message.txt', 'text/plain', '\ufeffhello world']]);
  const crossing = packed('410004205758595a0d6e7d010eb0', 0x1c);
  expect(texts(message(crossing))[0]?.[2]).toBe('\ufeffWXYZWXYZWXYZWXYZWXYZ');
  const html = property(0x102, 0x1013, Buffer.from('<b>x</b>'));
  expect(texts(message(html, hello))).toEqual([['message.html', 'text/html', '<b>x</b>']]);
});

it('S28: RTF that is packed to be large, deep or endless costs little and says what it can', async () => {
  const bomb = Buffer.concat(Array.from({ length: 200_000 }, () => Buffer.from('ff', 'hex')));
  expect(filesIn(message(rtfProperty(bomb, 0x75465a4c, 0xffffffff)))).toBeDefined();
  const deep = Buffer.from(`{\\rtf1 ${'{'.repeat(100_000)}x${'}'.repeat(100_000)} end}`);
  expect(texts(message(rtfProperty(deep)))[0]?.[2]).toBe('\ufeff end');
  const whole = message(rtfProperty(Buffer.from(String.raw`{\rtf1 \u1055?\'cf\b ok}`)));
  for (let end = 0; end < whole.length; end += 1)
    expect(filesIn(whole.subarray(0, end)).length).toBeLessThan(2);
});

const UU = ['begin 644 cat.txt', '#0V%T', '`', 'end'];

it('uuencode: files between the lines of a text', () => {
  const text = ['Dear all,', ...UU, 'and', 'begin 755 two.bin', '#0V%T', ' ', 'end', 'Bye'];
  for (const end of ['\n', '\r\n']) {
    const files = filesIn(Buffer.from(text.join(end)));
    expect(files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
      ['cat.txt', 'Cat'],
      ['two.bin', 'Cat'],
    ]);
  }
});

it('words that only begin like a file are words', () => {
  expect(filesIn(Buffer.from('begin 644 the day\nwith a long walk in the park\nend\n'))).toEqual([]);
  expect(filesIn(Buffer.from(UU.slice(0, 3).join('\n')))).toEqual([]);
  expect(filesIn(Buffer.alloc(0))).toEqual([]);
});
