import { describe, expect, it } from 'vitest';
import { crlfOf, withCrlf } from '@/lib/mime/crlf';
import { readMbox, toMbox } from '@/lib/mime/mbox';

const RECEIVED = Date.parse('2026-11-03T10:00:00Z');

async function* pieces(bytes: Buffer, cuts: number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

async function written(messages: [string, string[]][]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (const [raw, keywords] of messages) {
    const stream = pieces(Buffer.from(raw, 'latin1'), []);
    for await (const chunk of toMbox(stream, { receivedAt: RECEIVED, keywords })) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

interface Read {
  raw: Buffer;
  keywords: string[];
}

async function read(bytes: Buffer, cuts: number[]): Promise<Read[]> {
  const all: Read[] = [];
  for await (const { keywords, bytes: message } of readMbox(pieces(bytes, cuts))) {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    all.push({ raw: Buffer.concat(chunks), keywords });
  }
  return all;
}

const MESSAGES: [string, string[]][] = [
  [
    'Subject: a\r\n\r\nFrom here\r\n>From there\r\n\r\nFrom a new paragraph\r\n',
    ['$seen', '$flagged', 'work'],
  ],
  ['Subject: b\r\n\r\nno line end \xe9\x00', []],
  ['Status: of the message itself\r\nSubject: c\r\n\r\n\r\n\r\n', ['$answered', '$draft']],
];

describe('mailbox files', () => {
  it('give back each byte and each flag, wherever the file is cut', async () => {
    const file = await written(MESSAGES);
    expect(file.toString('latin1')).toContain('From MAILER-DAEMON Tue Nov  3 10:00:00 2026\nStatus: RO\n');
    for (let cut = 0; cut <= file.length; cut++) {
      const found = await read(file, [cut]);
      const texts = found.map(({ raw }) => raw.toString('latin1'));
      // A file of lines ends each of them.
      expect(texts).toEqual([MESSAGES[0]?.[0], `${MESSAGES[1]?.[0]}\r\n`, MESSAGES[2]?.[0]]);
      expect(found.map(({ keywords }) => keywords.toSorted())).toEqual([
        ['$flagged', '$seen', 'work'],
        [],
        ['$answered', '$draft'],
      ]);
    }
  });

  it('S28: take mail with lines of any length', async () => {
    const long = `${'x'.repeat(17 * 65_536 - 1)}\r\nFrom a line\r\n${'y'.repeat(3_000_000)}From within\rx\r\n`;
    const raw = Buffer.from(`${long}Subject: after\r\n`);
    const chunks: Buffer[] = [];
    const cuts = Array.from({ length: 20 }, (_, n) => (n + 1) * 65_536);
    for await (const chunk of toMbox(pieces(raw, cuts), { receivedAt: RECEIVED, keywords: [] }))
      chunks.push(chunk);
    const file = Buffer.concat(chunks);
    expect((await read(Buffer.concat([file, file]), cuts)).map((one) => one.raw.equals(raw))).toEqual([
      true,
      true,
    ]);
  });

  it('reads those of other programs, with CRLF and without flags', async () => {
    const file = Buffer.from(
      'From x@y Tue Nov 3 10:00:00 2026\r\nSubject: a\r\n\r\nbody\r\n\r\nFrom z\r\nSubject: b\r\n\r\n',
    );
    expect((await read(file, [])).map(({ raw }) => raw.toString())).toEqual([
      'Subject: a\r\n\r\nbody\r\n',
      'Subject: b\r\n',
    ]);
  });

  it('a message that is not read to its end, or not at all, is passed over', async () => {
    const long = `${'y'.repeat(70)}\n`.repeat(3_000);
    const file = Buffer.from(
      `From a\nSubject: a\n\n${long}\nFrom b\nSubject: b\n\n${long}\nFrom c\nSubject: c\n`,
    );
    const first: string[] = [];
    for await (const { bytes } of readMbox(pieces(file, [])))
      for await (const chunk of bytes) {
        first.push(chunk.toString('latin1', 0, 10));
        break;
      }
    expect(first).toEqual(['Subject: a', 'Subject: b', 'Subject: c']);
    let count = 0;
    for await (const _ of readMbox(pieces(file, [10, 20]))) count += 1;
    expect(count).toBe(3);
  });

  it('S28: gives out a message of any size in pieces, and holds no more than one of them', async () => {
    async function* endless() {
      yield Buffer.from('From a\nSubject: a\n\n');
      const line = Buffer.from(`${'z'.repeat(76)}\n`.repeat(800));
      for (let n = 0; n < 1_600; n += 1) yield line;
      yield Buffer.alloc(40 * 1024 ** 2, 'l');
      yield Buffer.from('\n\nFrom b\nSubject: b\n');
    }
    const sizes: number[] = [];
    for await (const { bytes } of readMbox(endless())) {
      let size = 0;
      for await (const chunk of bytes) {
        if (chunk.length < 40 * 1024 ** 2) expect(chunk.length).toBeLessThan(3 * 1024 ** 2);
        size += chunk.length;
      }
      sizes.push(size);
    }
    expect(sizes).toEqual([14 + 1_600 * 800 * 78 + 40 * 1024 ** 2 + 2, 12]);
  });

  it('refuses something else', async () => {
    await expect(read(Buffer.from('hello\n'), [])).rejects.toMatchObject({ code: 'protocolViolation' });
  });
});

it('lines that end in LF alone end in CRLF as mail, wherever they are cut; nothing else changes', async () => {
  const [bare, whole] = [Buffer.from('\na\n\r\nb\r\rc\n'), '\r\na\r\n\r\nb\r\rc\r\n'];
  expect(withCrlf(bare).toString()).toBe(whole);
  for (let cut = 0; cut <= bare.length; cut += 1) {
    let fixed = '';
    for await (const chunk of crlfOf(pieces(bare, [cut]))) fixed += chunk.toString();
    expect(fixed).toBe(whole);
  }
});
