import { describe, expect, it } from 'vitest';
import { crlfOf, withCrlf } from '@/lib/mime/crlf';
import { type MboxMessage, type Oversized, readMbox, toMbox } from '@/lib/mime/mbox';

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

async function read(bytes: Buffer, cuts: number[], limit = 10_000): Promise<(MboxMessage | Oversized)[]> {
  const all: (MboxMessage | Oversized)[] = [];
  for await (const message of readMbox(pieces(bytes, cuts), limit)) all.push(message);
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
      const found = (await read(file, [cut])) as MboxMessage[];
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
    expect(((await read(file, cuts, 10_000_000)) as MboxMessage[]).map((one) => one.raw.equals(raw))).toEqual(
      [true],
    );
    expect(await read(Buffer.concat([file, file]), cuts, 1_000_000)).toEqual([
      { size: expect.any(Number) },
      { size: expect.any(Number) },
    ]);
  });

  it('reads those of other programs, with CRLF and without flags', async () => {
    const file = Buffer.from(
      'From x@y Tue Nov 3 10:00:00 2026\r\nSubject: a\r\n\r\nbody\r\n\r\nFrom z\r\nSubject: b\r\n\r\n',
    );
    expect(((await read(file, [])) as MboxMessage[]).map(({ raw }) => raw.toString())).toEqual([
      'Subject: a\r\n\r\nbody\r\n',
      'Subject: b\r\n',
    ]);
  });

  it('passes over a message beyond the limit, takes one of exactly the limit', async () => {
    const file = Buffer.from('From a\nSubject: abc\n\nFrom b\nSubject: abcd\n\nFrom c\nSubject: abc\n');
    const sizes = (await read(file, [], 14)).map((one) => ('raw' in one ? one.raw.length : `too large`));
    expect(sizes).toEqual([14, 'too large', 14]);
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
