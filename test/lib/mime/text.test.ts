import { expect, test } from 'vitest';
import { bodyValue, decodeText, fetchLength } from '@/lib/mime/text';

const plain = { type: 'text/plain', encoding: '8bit', params: { charset: 'utf-8' } };
const html = { ...plain, type: 'text/html' };

test('line ends become LF', () => {
  expect(decodeText(Buffer.from('a\r\nb\rc\nd\0'), plain).value).toBe('a\nb\nc\nd');
});

test('the text is cut at a character', () => {
  const bytes = Buffer.from('aя😀');
  const values = [1, 2, 3, 4, 5, 6, 7].map((max) => bodyValue(bytes, plain, max));
  expect(values.map((each) => each.value)).toEqual(['a', 'a', 'aя', 'aя', 'aя', 'aя', 'aя😀']);
  expect(values.map((each) => each.isTruncated)).toEqual([true, true, true, true, true, true, false]);
  expect(values.some((each) => each.isEncodingProblem)).toBe(false);
});

test('HTML is not cut inside a tag', () => {
  expect(bodyValue(Buffer.from('<p>abc</p><a href="x">'), html, 15)).toMatchObject({
    value: '<p>abc</p>',
    isTruncated: true,
  });
  expect(bodyValue(Buffer.from('<p>abc</p><a hr'), html, 0, true)).toMatchObject({
    value: '<p>abc</p>',
    isTruncated: true,
  });
});

test.each([
  ['<p>a</p><a title="1 > 0" hre', '<p>a</p>'],
  ["<p>a</p><a title='1 > 0 and", '<p>a</p>'],
  ['<p>if 1 < 2 then it goes on', '<p>if 1 < 2 then it goes on'],
  ["<!-- don't > --><p>it goes on", "<!-- don't > --><p>it goes on"],
  ['<p>a</p><!-- half', '<p>a</p>'],
  ['<p>a</p></di', '<p>a</p>'],
  ['<p>a</p><', '<p>a</p>'],
  ['<a href=x>b</a> = "c', '<a href=x>b</a> = "c'],
])('HTML that was cut: %s', (cut, value) =>
  expect(bodyValue(Buffer.from(cut), html, 0, true)).toMatchObject({ value, isTruncated: true }),
);

test('0 means all of it', () => {
  expect(bodyValue(Buffer.from('abc <'), html, 0)).toEqual({
    value: 'abc <',
    isEncodingProblem: false,
    isTruncated: false,
  });
});

test('a part that was fetched half ends at a character and is no encoding problem', () => {
  expect(bodyValue(Buffer.from('яя').subarray(0, 3), plain, 0, true)).toEqual({
    value: 'я',
    isEncodingProblem: false,
    isTruncated: true,
  });
});

test('broken bytes are told', () => {
  expect(bodyValue(Buffer.from([0x61, 0xff, 0x62]), plain, 0)).toEqual({
    value: 'a\ufffdb',
    isEncodingProblem: true,
    isTruncated: false,
  });
});

test('enough is fetched for the text that is wanted, and never more than the part', () => {
  expect(fetchLength(1000, { encoding: 'base64', size: 1_000_000 })).toBeGreaterThan(1400);
  expect(fetchLength(1000, { encoding: 'base64', size: 10 })).toBe(10);
});
