import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { asDate, asMessageIds, asText, asURLs, emailHeaders, parseHeaderBlock } from '@/lib/mime/header';
import { parseHeaderProperty, readHeaderProperty } from '@/lib/mime/header-property';

function block(...lines: string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\nbody: no\r\n`);
}

test('fields keep their order, their names and their folding', () => {
  expect(
    parseHeaderBlock(block('Received: a', 'X-Foo : b\0c', ' d', 'RECEIVED:', 'no field', 'Z: z')),
  ).toEqual([
    { name: 'Received', rawValue: ' a', value: ' a' },
    { name: 'X-Foo', rawValue: ' bc\r\n d', value: ' bc\r\n d' },
    { name: 'RECEIVED', rawValue: '', value: '' },
    { name: 'Z', rawValue: ' z', value: ' z' },
  ]);
});

test('8-bit header bytes: replaced in the Raw form, read in the charset of the message elsewhere', () => {
  const raw = Buffer.concat([
    Buffer.from('Content-Type: text/plain; charset=koi8-r\r\nSubject: '),
    Buffer.from([0xf0, 0xd2, 0xc9]),
    Buffer.from('\r\n\r\n'),
  ]);
  expect(parseHeaderBlock(raw)[1]).toMatchObject({ rawValue: ' \ufffd\ufffd\ufffd', value: ' При' });
  expect(emailHeaders(raw).subject).toBe('При');
});

describe('text', () => {
  test.each([
    [' plain\r\n folded', 'plain folded'],
    [' =?utf-8?Q?caf=C3=A9?=', 'café'],
    [' =?ISO-8859-1?Q?a?= b', 'a b'],
    [' =?ISO-8859-1?Q?a?=\r\n =?ISO-8859-1?Q?b?=', 'ab'],
    [' =?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=', 'a b'],
    [' cafe\u0301', 'café'],
    [' =?utf-8*en?q?a_b?=', 'a b'],
    [' =?utf-8?Q?a=0D=0ABcc:_x?=', 'a Bcc: x'],
    [' =?utf-8?X?a?= =?broken', '=?utf-8?X?a?= =?broken'],
    [' =?utf-8?B?w6k?=', 'é'],
    [' =?utf-8?Q?=ZZ=4?=', '=ZZ=4'],
    [' =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '日本'],
  ])('%j', (raw, text) => expect(asText(raw)).toBe(text));

  test('pitfall 27: a character split between two words of one charset', () => {
    expect(asText('=?utf-8?B?0J/R?= =?UTF-8?Q?=80=D0=B8?=')).toBe('При');
    const bytes = iconv.encode('朱镕基', 'gbk');
    const words = [bytes.subarray(0, 3), bytes.subarray(3)].map(
      (half) => `=?gb2312?B?${half.toString('base64')}?=`,
    );
    expect(asText(words.join('\r\n '))).toBe('朱镕基');
  });

  test('pitfall 27: base64 that was split within a group of four, and what is broken for good', () => {
    const base64 = Buffer.from('Привет, мир').toString('base64');
    for (let at = 1; at < base64.length; at += 1) {
      const words = [base64.slice(0, at), base64.slice(at)].map((half) => `=?utf-8?B?${half}?=`);
      expect(asText(words.join(' '))).toBe('Привет, мир');
    }
    expect(asText('=?utf-8?B?w6k?= =?utf-8?B?w6k?=')).toBe('éé');
    expect(asText('=?utf-8?B?0J?= =?utf-8?B?/4=?=')).toContain('\ufffd');
  });
});

describe('dates keep the offset of the sender', () => {
  test.each([
    ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T09:55:06-06:00'],
    ['Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)', '1969-02-13T23:32:00-03:30'],
    ['1 Jan 26 1:02:03 GMT', '2026-01-01T01:02:03Z'],
    ['Tue, 1 Jul 2003 10:52:37 +0200 (CEST)', '2003-07-01T10:52:37+02:00'],
    ['Mon, 2-Feb-2026 10:00:00 EST', '2026-02-02T10:00:00-05:00'],
    ['1 Jan 0099 00:00:00 +0000', '0099-01-01T00:00:00Z'],
    ['Wed, 30 Feb 2026 10:00:00 +0000', null],
    ['yesterday', null],
    ['', null],
  ])('%s', (raw, date) => expect(asDate(raw)).toBe(date));
});

test('message ids', () => {
  expect(asMessageIds(' <a@b>\r\n <c d@e> (x) <>')).toEqual(['a@b', 'cd@e']);
  expect(asMessageIds(' bare@id ')).toEqual(['bare@id']);
  expect(asMessageIds(' nothing here')).toBeNull();
});

test('URLs of lists', () => {
  expect(asURLs(' <mailto:a@b?subject=x>, (comment) <https://x/\r\n y>')).toEqual([
    'mailto:a@b?subject=x',
    'https://x/y',
  ]);
  expect(asURLs('NO')).toBeNull();
});

test('of a field that stands twice the last counts', () => {
  expect(emailHeaders(block('Subject: a', 'subject: b')).subject).toBe('b');
  expect(emailHeaders(block('X: y'))).toMatchObject({
    subject: null,
    from: null,
    sentAt: null,
    references: null,
  });
});

describe('header properties (RFC 8621 §4.1.3)', () => {
  const fields = parseHeaderBlock(
    block('X-A: 1', 'x-a: =?utf-8?Q?=C3=A9?=', 'To: A: b@c;', 'List-Post: <mailto:l@x>'),
  );
  test.each([
    ['header:X-A', ' =?utf-8?Q?=C3=A9?='],
    ['header:X-A:asText', 'é'],
    ['header:x-a:asText:all', ['1', 'é']],
    ['header:None', null],
    ['header:constructor:asText', null],
    ['header:None:all', []],
    ['header:To:asAddresses', [{ name: null, email: 'b@c' }]],
    ['header:To:asGroupedAddresses', [{ name: 'A', addresses: [{ name: null, email: 'b@c' }] }]],
    ['header:List-Post:asURLs', ['mailto:l@x']],
  ])('%s', (property, value) =>
    expect(readHeaderProperty(fields, parseHeaderProperty(property))).toEqual(value),
  );

  test.each([
    'header:',
    'header:From:asDate',
    'header:Subject:asAddresses',
    'header:X:asFoo',
    'header:X:all:asText',
    'header:a b',
    'header:X:constructor',
  ])('%s is refused', (property) =>
    expect(() => parseHeaderProperty(property)).toThrowError(
      expect.objectContaining({ code: 'invalidArguments' }),
    ),
  );
});

test('S32: any bytes are read without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      const headers = emailHeaders(
        Buffer.concat([Buffer.from('Subject: '), bytes, Buffer.from('\r\nFrom: '), bytes]),
      );
      expect(headers.subject ?? '').not.toMatch(/\p{Cc}/u);
    }),
  );
});
