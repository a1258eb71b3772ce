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
