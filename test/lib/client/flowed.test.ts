import { expect, test } from 'vitest';
import { unflowed } from '@/lib/client/flowed';
import { flowText } from '@/lib/mime/flowed';

test.each([
  ['soft breaks are none', 'one \ntwo \nthree\nfour', 'one two three\nfour'],
  ['another depth ends a paragraph', '> one \n> two \n>> deeper\nme ', '> one two\n>> deeper\nme'],
  ['stuffed blanks are none', ' From here\n > no quote\n  two', 'From here\n> no quote\n two'],
  ['the line above a signature stands alone', 'bye \n-- \nAnna', 'bye\n-- \nAnna'],
  ['empty lines and quoted ones stay', 'a\n\n>\n> b', 'a\n\n>\n> b'],
])('RFC 3676: %s', (_what, text, meant) => {
  expect(unflowed(text, false)).toBe(meant);
});

test('RFC 3676 §4.5: with DelSp the blank at the break goes', () => {
  expect(unflowed('日本 \n語', true)).toBe('日本語');
});

test('RFC 3676: what was flowed comes back as it was written, quotes included', () => {
  const long = 'words that go on and on '.repeat(12).trim();
  const written = `${long}\n\n From here\n> ${long}\n>> ${long}\n>\n-- \nAnna`;
  const flowed = flowText(written);
  for (const line of flowed.split('\n')) expect(line.length).toBeLessThanOrEqual(78);
  expect(unflowed(flowed, false)).toBe(written);
});
