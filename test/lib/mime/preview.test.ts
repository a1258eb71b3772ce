import { describe, expect, test } from 'vitest';
import { previewOf } from '@/lib/mime/preview';

function preview(text: string | Buffer, type = 'text/plain', encoding = '8bit', charset = 'utf-8'): string {
  return previewOf({ type, encoding, params: { charset } }, Buffer.from(text));
}

describe('the line under the subject', () => {
  test.each([
    ['white space collapses', 'Hi  Ann,\r\n\r\n\tsee you.\r\n', 'Hi Ann, see you.'],
    ['quotes and their introduction go', 'Yes.\n\nOn Monday, Bo wrote:\n> Lunch?\n> Bo\n', 'Yes.'],
    [
      'an introduction over two lines',
      'Yes.\n\nOn Mon, 1 Jan 2026 at 10:00,\nBo <b@x> wrote:\n> Lunch?',
      'Yes.',
    ],
    ['the answer below the quote', 'Bo wrote:\n> Lunch?\n\nGladly.', 'Gladly.'],
    ['the signature goes', 'Yes.\n-- \nAnn\nDirector', 'Yes.'],
    ['a mail that is only a quote shows it', '> Lunch?', '> Lunch?'],
    ['rulers go', 'A\n==========\nB', 'A B'],
    ['padding of newsletters goes', 'Sale\u200c \u034f\u00a0\u200c \u00ad now', 'Sale now'],
    ['joiners between letters stay', 'می\u200cخواهم', 'می\u200cخواهم'],
  ])('%s', (_name, text, shown) => expect(preview(text)).toBe(shown));
});

test('HTML: text without quotes, styles and tags', () => {
  expect(
    preview('<style>p{}</style><p>Hi&nbsp;<b>Ann</b></p><blockquote>old</blockquote>', 'text/html'),
  ).toBe('Hi Ann');
});

test('at most 256 characters, whole ones', () => {
  expect(Array.from(preview('😀'.repeat(400)))).toHaveLength(256);
  expect(preview('я'.repeat(1000)).length).toBe(256);
});

test('the part may be cut anywhere', () => {
  const bytes = Buffer.from('Привет');
  expect(preview(bytes.subarray(0, 11))).toBe('Приве');
  expect(preview(Buffer.from('0J/RgNC40LLQtdG'), 'text/plain', 'base64')).toBe('Приве');
  expect(preview('<p>text</p><a hre', 'text/html')).toBe('text');
});
