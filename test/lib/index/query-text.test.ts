import { expect, it } from 'vitest';
import { queryTokens } from '@/lib/index/query-text';

const shown = (text: string) =>
  queryTokens(text).map((token) => (token.isPhrase ? `[${token.text}]` : token.text));

it.each<[string, string[]]>([
  ['', []],
  ['  two   words ', ['two', 'words']],
  ['report "first quarter" now', ['report', '[first quarter]', 'now']],
  [`'single too'`, ['[single too]']],
  [`don't ask`, [`don't`, 'ask']],
  ['"never closed', ['"never', 'closed']],
  ['5"disk 6"', ['5"disk', '6"']],
  [String.raw`"a \"quoted\" word"`, ['[a "quoted" word]']],
  ['"" x', ['x']],
])('%s', (text, expected) => {
  expect(shown(text)).toEqual(expected);
});

it('S32: takes little time, and has no more tokens than a person types', () => {
  const started = performance.now();
  expect(queryTokens(`${'"'.repeat(1000)}${' \\"'.repeat(4000)}`)).toHaveLength(50);
  expect(performance.now() - started).toBeLessThan(500);
});
