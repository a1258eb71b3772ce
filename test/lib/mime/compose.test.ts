import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeEmail } from '@/lib/mime/compose';
import { bodyOf } from '@/lib/mime/compose-body';
import { emailHeaders, parseHeaderBlock } from '@/lib/mime/header';
import type { HeaderSpec, PartSpec } from '@/lib/mime/spec';
import { decodeText } from '@/lib/mime/text';
import { decodeTransfer } from '@/lib/mime/transfer';
import type { MimePart } from '@/lib/mime/types';
import { walkMime } from '@/lib/mime/walk';

const hello: PartSpec = { type: 'text/plain', content: 'hello' };

function compose(headers: HeaderSpec[], body: PartSpec = hello, maxSize?: number): Promise<Buffer> {
  return composeEmail({ headers, body, hostname: 'mail.example.org', maxSize });
}

function bytesOf(raw: Buffer, part: MimePart): Buffer {
  const span = walkMime(raw).spans.get(part.path);
  return raw.subarray(span?.bodyStart, span?.end);
}

function leaves(part: MimePart): MimePart[] {
  return part.parts ? part.parts.flatMap(leaves) : [part];
}

/** pitfall 17, pitfall 29, security.md S18 */
function expectCleanLines(raw: Buffer): void {
  const text = raw.toString('latin1');
  expect(text).not.toMatch(/(^|[^\r])\n|\r(?!\n)|\0/);
  expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  expect(text.endsWith('\r\n')).toBe(true);
}

test('Message-ID, Date and MIME-Version are made when absent, kept when given', async () => {
  const made = emailHeaders(await compose([]));
  expect(made.messageId?.[0]).toMatch(/^[0-9a-f-]{36}@mail\.example\.org$/);
  expect(Date.parse(made.sentAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  const raw = await compose([
    { name: 'Message-ID', form: 'messageIds', value: ['a@b'] },
    { name: 'Date', form: 'date', value: '2026-02-03T04:05:06-07:00' },
  ]);
  expect(emailHeaders(raw)).toMatchObject({ messageId: ['a@b'], sentAt: '2026-02-03T04:05:06-07:00' });
  expect(raw.toString()).toContain('Date: Tue, 3 Feb 2026 04:05:06 -0700\r\n');
  expect(raw.toString().match(/MIME-Version/g)).toHaveLength(1);
});

test('headers stand in the order given, in every form; Bcc is kept', async () => {
  const raw = await compose([
    { name: 'From', form: 'addresses', value: [{ name: 'Пётр, "Jr"', email: 'petr@пример.рф' }] },
    {
      name: 'To',
      form: 'groupedAddresses',
      value: [
        { name: 'Team', addresses: [{ name: 'B. C', email: 'b@c' }] },
        { name: null, addresses: [{ name: null, email: 'd@e' }] },
      ],
    },
    { name: 'Bcc', form: 'addresses', value: [{ name: null, email: '"odd one"@x.org' }] },
    { name: 'Subject', form: 'text', value: 'Тема =?' },
    { name: 'X-Raw', form: 'raw', value: ' a\r\n b' },
    { name: 'List-Post', form: 'urls', value: ['mailto:l@x'] },
    { name: 'References', form: 'messageIds', value: ['a@b', 'c@d'] },
  ]);
  expect(
    parseHeaderBlock(raw)
      .map((field) => field.name)
      .slice(0, 7),
  ).toEqual(['From', 'To', 'Bcc', 'Subject', 'X-Raw', 'List-Post', 'References']);
  expect(emailHeaders(raw)).toMatchObject({
    from: [{ name: 'Пётр, "Jr"', email: 'petr@xn--e1afmkfd.xn--p1ai' }],
    to: [
      { name: 'B. C', email: 'b@c' },
      { name: null, email: 'd@e' },
    ],
    bcc: [{ name: null, email: '"odd one"@x.org' }],
    subject: 'Тема =?',
    references: ['a@b', 'c@d'],
  });
  expect(raw.toString()).toContain('\r\nX-Raw: a\r\n b\r\n');
});

describe('S17: nothing given starts another header line', () => {
  const evil = 'x\r\nBcc: victim@x.org';
  const cases: [string, HeaderSpec[], PartSpec?][] = [
    ['subject', [{ name: 'Subject', form: 'text', value: evil }]],
    ['bare LF', [{ name: 'Subject', form: 'text', value: 'x\nBcc: y' }]],
    ['bare CR', [{ name: 'Subject', form: 'raw', value: 'x\rBcc: y' }]],
    ['NUL', [{ name: 'Subject', form: 'text', value: 'x\0' }]],
    ['raw', [{ name: 'X', form: 'raw', value: evil }]],
    ['raw that ends the header', [{ name: 'X', form: 'raw', value: 'x\r\n \r\n y' }]],
    ['header name', [{ name: 'X: y\r\nBcc', form: 'text', value: 'z' }]],
    ['name with a colon', [{ name: 'X:', form: 'text', value: 'z' }]],
    ['display name', [{ name: 'To', form: 'addresses', value: [{ name: evil, email: 'a@b' }] }]],
    ['address', [{ name: 'To', form: 'addresses', value: [{ name: null, email: 'a@b\r\nBcc: c@d' }] }]],
    ['two addresses in one', [{ name: 'To', form: 'addresses', value: [{ name: null, email: 'a@b,c@d' }] }]],
    [
      'address that leaves its brackets',
      [{ name: 'To', form: 'addresses', value: [{ name: 'x', email: 'a@b>, <c@d' }] }],
    ],
    ['group', [{ name: 'To', form: 'groupedAddresses', value: [{ name: evil, addresses: [] }] }]],
    ['id', [{ name: 'References', form: 'messageIds', value: ['a>\r\nBcc: x'] }]],
    ['url', [{ name: 'List-Post', form: 'urls', value: ['x>, <y'] }]],
    ['date', [{ name: 'Date', form: 'date', value: 'yesterday' }]],
    ['type', [], { type: 'text/plain\r\nBcc: x', content: '' }],
    ['charset', [], { type: 'text/plain', charset: 'x"\r\nBcc: y', content: Buffer.alloc(1) }],
    ['disposition', [], { ...hello, disposition: evil }],
    ['cid', [], { ...hello, cid: evil }],
    ['language', [], { ...hello, language: [evil] }],
    ['location', [], { ...hello, location: evil }],
    ['part header', [], { ...hello, headers: [{ name: 'X', form: 'text', value: evil }] }],
    [
      'transfer encoding',
      [],
      { ...hello, headers: [{ name: 'Content-Transfer-Encoding', form: 'text', value: '8bit' }] },
    ],
  ];
  test.each(cases)('%s', async (_name, headers, body) => {
    await expect(compose(headers, body)).rejects.toMatchObject({ code: 'invalidProperties' });
  });
  test('a file name loses its control characters', async () => {
    const raw = await compose([], { ...hello, name: 'x.txt"\r\nBcc: y' });
    expect(emailHeaders(raw).bcc).toBeNull();
    expect(walkMime(raw).root.name).toBe('x.txt"Bcc: y');
  });
});

describe('S18, pitfall 17, pitfall 29: lines that every server takes', () => {
  test.each([
    ['bare LF', 'a\nb\rc\r\nd'],
    ['a long line', 'x'.repeat(5000)],
    ['a long line of another script', 'я'.repeat(5000)],
    ['NUL', 'a\0b'],
    ['blanks at the end', 'a  \n\t\nb '],
    ['From and dots', 'From me\n.\n..\nFrom you, äöü'],
    ['nothing', ''],
  ])('%s', async (_name, content) => {
    const raw = await compose([], { type: 'text/plain', content });
    expectCleanLines(raw);
    const { root } = walkMime(raw);
    const read = decodeTransfer(bytesOf(raw, root), root.encoding).toString();
    expect(read.replace(/\r\n$/, '')).toBe(content.replace(/\r\n|\r|\n/g, '\r\n').replace(/\r\n$/, ''));
    expect(raw.toString('latin1')).not.toMatch(/^From /m);
  });

  test('long subjects and many recipients are folded', async () => {
    const value = Array.from({ length: 300 }, (_, i) => ({
      name: `Person ${i}`,
      email: `p${i}@example.org`,
    }));
    const raw = await compose([
      { name: 'To', form: 'addresses', value },
      { name: 'Subject', form: 'text', value: `${'word '.repeat(300)}${'y'.repeat(2000)}` },
      { name: 'Comments', form: 'text', value: `a${' '.repeat(2000)}b` },
      { name: 'X-Tabs', form: 'text', value: 'tab\t'.repeat(500) },
    ]);
    expectCleanLines(raw);
    expect(emailHeaders(raw).to).toEqual(value);
    expect(emailHeaders(raw).subject).toBe(`${'word '.repeat(300)}${'y'.repeat(2000)}`);
  });
});

test('format=flowed: soft breaks, space-stuffing, the signature line', async () => {
  const content = `${'word '.repeat(40).trim()}\nFrom here\n> quoted\n-- \nAnn`;
  const raw = await compose([], { type: 'text/plain', content, flowed: true });
  const { root } = walkMime(raw);
  const lines = decodeText(bytesOf(raw, root), root).value.split('\n');
  expect(root.params.format).toBe('flowed');
  expect(lines.slice(0, 2).every((line) => line.endsWith(' ') && line.length <= 78)).toBe(true);
  expect(lines.slice(-5)).toEqual([' From here', '> quoted', '-- ', 'Ann', '']);
});

test('an attached message keeps its bytes and is not encoded', async () => {
  const inner = Buffer.from('Subject: inner\r\n\r\nbody ä\r\n');
  const raw = await compose(
    [],
    bodyOf({ text: hello, attachments: [{ type: 'message/rfc822', content: inner }] }),
  );
  const part = walkMime(raw).root.parts?.[1];
  expect(part).toMatchObject({ type: 'message/rfc822', encoding: '8bit' });
  expect(bytesOf(raw, part as MimePart)).toEqual(inner);
  const long = await compose([], {
    type: 'message/rfc822',
    content: Buffer.from(`X: ${'a'.repeat(2000)}\r\n\r\n`),
  });
  expect(walkMime(long).root).toMatchObject({ type: 'application/octet-stream', encoding: 'base64' });
  expectCleanLines(long);
});

test('the usual shape: alternative, related pictures, files', async () => {
  const raw = await compose(
    [],
    bodyOf({
      text: hello,
      html: { type: 'text/html', content: '<img src="cid:p">' },
      attachments: [
        { type: 'image/png', cid: 'p', disposition: 'inline', content: Buffer.from('p') },
        {
          type: 'application/pdf',
          name: `${'Отчёт '.repeat(20)}.pdf`,
          content: Readable.from([Buffer.from('q')]),
        },
      ],
    }),
  );
  const shape = (part: MimePart): unknown => (part.parts ? [part.type, ...part.parts.map(shape)] : part.type);
  const { root } = walkMime(raw);
  expect(shape(root)).toEqual([
    'multipart/mixed',
    ['multipart/alternative', 'text/plain', ['multipart/related', 'text/html', 'image/png']],
    'application/pdf',
  ]);
  expect(root.parts?.[1]).toMatchObject({ name: `${'Отчёт '.repeat(20)}.pdf`, disposition: 'attachment' });
  expectCleanLines(raw);
});

test('more than the limit is refused, also from a stream', async () => {
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(1000);
    })(),
  );
  await expect(compose([], { type: 'image/png', content: endless }, 10_000)).rejects.toMatchObject({
    code: 'tooLarge',
  });
  await expect(
    compose([], { type: 'text/plain', content: 'x'.repeat(20_000) }, 10_000),
  ).rejects.toMatchObject({ code: 'tooLarge' });
  let deep: PartSpec = hello;
  for (let i = 0; i < 60; i += 1) deep = { type: 'multipart/mixed', parts: [deep] };
  await expect(compose([], deep)).rejects.toMatchObject({ code: 'tooLarge' });
});

const text = fc
  .string({ unit: 'grapheme', maxLength: 200 })
  .map((value) => value.replace(/\r\n?/g, '\n').replaceAll('\0', ''));
const leaf = fc.oneof(
  text.map((content): PartSpec => ({ type: 'text/plain', content })),
  fc
    .uint8Array({ maxLength: 300 })
    .map((content): PartSpec => ({ type: 'application/octet-stream', content })),
);
const tree = fc.letrec<{ part: PartSpec }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc
      .array(tie('part'), { minLength: 1, maxLength: 4 })
      .map((parts): PartSpec => ({ type: 'multipart/mixed', parts })),
  ),
})).part;

test('what is composed is read back: structure, texts, bytes, subject', async () => {
  await fc.assert(
    fc.asyncProperty(tree, text, async (body, subject) => {
      const line = subject.replace(/\p{Cc}/gu, '').trim();
      const raw = await compose([{ name: 'Subject', form: 'text', value: line }], body);
      expectCleanLines(raw);
      expect(emailHeaders(raw).subject).toBe(line.normalize('NFC'));
      const { root } = walkMime(raw);
      const shape = (part: { type: string; parts?: { type: string }[] | null }): unknown => [
        part.type,
        (part.parts ?? []).map(shape),
      ];
      expect(shape(root)).toEqual(shape(body));
      const contents = (part: PartSpec): (string | Uint8Array)[] =>
        part.parts ? part.parts.flatMap(contents) : [part.content as string];
      const read = leaves(root).map((part) => ({ part, bytes: bytesOf(raw, part) }));
      for (const [i, expected] of contents(body).entries()) {
        const { part, bytes } = read[i] as { part: MimePart; bytes: Buffer };
        if (typeof expected === 'string')
          expect(decodeText(bytes, part).value.replace(/\n$/, '')).toBe(expected.replace(/\n$/, ''));
        else expect(decodeTransfer(bytes, part.encoding)).toEqual(Buffer.from(expected));
      }
    }),
    { numRuns: 200 },
  );
});
