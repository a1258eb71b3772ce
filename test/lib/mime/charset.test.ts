import Encoding from 'encoding-japanese';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { decodeCharset } from '@/lib/mime/charset';

function encoded(text: string, charset: string): Buffer {
  return iconv.encode(text, charset);
}

describe('labels that mean what they say', () => {
  test.each([
    ['koi8-r', 'Привет'],
    ['windows-1251', 'Привет, №1'],
    ['iso-8859-5', 'Привет'],
    ['shift_jis', 'こんにちは'],
    ['euc-jp', 'こんにちは'],
    ['big5', '你好'],
    ['euc-kr', '안녕'],
    ['gb18030', '你好'],
    ['utf-16le', 'hi'],
    ['windows-1252', 'naïve €'],
  ])('%s', (charset, text) => {
    expect(decodeCharset(encoded(text, charset), charset)).toEqual({ value: text, isEncodingProblem: false });
  });

  test('iso-2022-jp', () => {
    const bytes = Buffer.from(
      Encoding.convert('日本語のメール', { to: 'JIS', from: 'UNICODE', type: 'array' }),
    );
    expect(decodeCharset(bytes, 'ISO-2022-JP').value).toBe('日本語のメール');
  });
});

describe('pitfall 27: labels that lie', () => {
  const utf8 = Buffer.from('Привет');
  test.each(['us-ascii', 'windows-1252', 'iso-8859-1', 'koi8-r', 'windows-1251', 'unheard-of', ''])(
    'UTF-8 under %s',
    (label) => {
      expect(decodeCharset(utf8, label).value).toBe('Привет');
    },
  );
  test('UTF-8 that is cut in its last character, under windows-1251', () => {
    expect(decodeCharset(utf8.subarray(0, 11), 'windows-1251').value).toBe('Приве\ufffd');
  });
  test('one 8-bit letter at the end of ASCII is what its label says', () => {
    expect(decodeCharset(encoded('Hello Я', 'windows-1251'), 'windows-1251').value).toBe('Hello Я');
  });
  test('UTF-8 without a label', () =>
    expect(decodeCharset(utf8, null)).toEqual({ value: 'Привет', isEncodingProblem: false }));
  test('gb2312 is GBK: characters that gb2312 lacks', () =>
    expect(decodeCharset(encoded('朱镕基', 'gbk'), 'gb2312').value).toBe('朱镕基'));
  test('UTF-8 under a multi-byte label that does not fit', () => {
    expect(decodeCharset(Buffer.from('日本語 text ü'), 'big5').value).toBe('日本語 text ü');
  });
  test('iso-8859-1 is windows-1252: C1 bytes are characters, not controls', () => {
    expect(decodeCharset(Buffer.from([0x93, 0x41, 0x94, 0x80]), 'iso-8859-1').value).toBe('“A”€');
  });
});

test.each(['iso8859-1', 'ISO_8859-1', 'latin-1', 'US_ASCII'])('%s is windows-1252, too', (label) => {
  expect(decodeCharset(Buffer.from([0x93, 0x41, 0x94]), label).value).toBe('“A”');
});

test('broken UTF-8 is shown with replacement characters and told', () => {
  expect(decodeCharset(Buffer.from([0x41, 0xc3, 0x28]), 'utf-8')).toEqual({
    value: 'A\ufffd(',
    isEncodingProblem: true,
  });
});

test.each(['constructor', '__proto__', 'base64', 'base-64', 'hex', 'binary', '_internal', 'x'.repeat(100)])(
  '%s is no charset',
  (label) => {
    expect(decodeCharset(Buffer.from([0x41, 0xe9]), label)).toEqual({ value: 'Aé', isEncodingProblem: true });
  },
);
