/** RFC 8621 §5: what a search found is marked as it stands in the mail. */
import { expect, it } from 'vitest';
import { markSubject, markText, searchWords } from '@/lib/jmap/email/snippet';

const words = (text: string) => searchWords({ text }).subject;

it.each([
  ['plan', 'Planned: a PLAN & plans', '<mark>Planned</mark>: a <mark>PLAN</mark> &amp; <mark>plans</mark>'],
  ['bodies', 'A body, no busybody', 'A <mark>body</mark>, no busybody'],
  ['счета', 'Ваш счёт и счетчик', 'Ваш <mark>счёт</mark> и счетчик'],
  ['"the bodies"', 'The body', null],
  ['日本', 'これは日本語です', 'これは<mark>日本</mark>語です'],
  ['none', 'Nothing', null],
])('%s in %s', (query, subject, marked) => expect(markSubject(subject, words(query))).toBe(marked));

it('the piece begins before the first form of the word', () => {
  const text = `${'long ago '.repeat(60)}they were running & ${'on and '.repeat(60)}`;
  const piece = markText(text, words('run')) ?? '';
  expect(piece).toContain('<mark>running</mark> &amp;');
  expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(255);
});
