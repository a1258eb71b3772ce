import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkDecoder, decodeTransfer, transferDecoder } from '@/lib/mime/transfer';

function decode(text: string, encoding: string): string {
  return decodeTransfer(Buffer.from(text, 'latin1'), encoding).toString('latin1');
}

const SAMPLES: [string, string, string][] = [
  ['base64', 'aGVsbG8g\r\nd29ybGQ=', 'hello world'],
  ['base64', 'aGVsbG8=\r\nd29ybGQ=', 'helloworld'],
  ['base64', 'a G!V*sb-G8', 'hello'],
  ['base64', 'aGVsbG8gd', 'hello '],
  ['quoted-printable', 'a=3Db=\r\nc=E9 \t\r\nd', 'a=bc\xe9\r\nd'],
  ['quoted-printable', 'soft= \t\r\nline=\nend=', 'softlineend'],
  ['quoted-printable', '100% =ZZ =4 =3', '100% =ZZ =4 =3'],
  ['quoted-printable', 'lower =c3=a9', 'lower \xc3\xa9'],
  ['quoted-printable', '==41', '=A'],
  ['x-uuencode', 'begin 644 f\r\n%:&5L;&\\\r\n`\r\nend\r\n', 'hello'],
  ['8bit', 'as = is', 'as = is'],
  ['nonsense', 'as = is', 'as = is'],
];

describe('decoding', () => {
  test.each(SAMPLES)('%s: %j', (encoding, input, output) => expect(decode(input, encoding)).toBe(output));
});

describe('every split point gives the same', () => {
  test.each(SAMPLES)('%s: %j', (encoding, input, output) => {
    const bytes = Buffer.from(input, 'latin1');
    for (let at = 0; at <= bytes.length; at += 1) {
      const decoder = chunkDecoder(encoding);
      const parts = [decoder.write(bytes.subarray(0, at)), decoder.write(bytes.subarray(at)), decoder.end()];
      expect(Buffer.concat(parts).toString('latin1')).toBe(output);
    }
  });
});

test('any bytes in base64 come back, byte by byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const decoder = chunkDecoder('base64');
      const text = Buffer.from(Buffer.from(bytes).toString('base64'));
      const parts = [...text].map((byte) => decoder.write(Buffer.from([byte])));
      expect(Buffer.concat([...parts, decoder.end()])).toEqual(Buffer.from(bytes));
    }),
  );
});

test('a stream is decoded as it flows', async () => {
  const source = Readable.from([Buffer.from('aGVs'), Buffer.from('bG'), Buffer.from('8=')]);
  expect((await buffer(source.pipe(transferDecoder('base64')))).toString()).toBe('hello');
});

test('S32: a megabyte of blanks or of = is one pass', () => {
  expect(decode(' '.repeat(1024 * 1024), 'quoted-printable').length).toBeGreaterThan(1_000_000);
  expect(decode('='.repeat(1024 * 1024), 'quoted-printable').length).toBeGreaterThan(500_000);
});
