import { describe, expect, test } from 'vitest';
import { htmlToText } from '@/lib/mime/html-text';
import { MAX_TEXT } from '@/lib/mime/limits';

describe('HTML as text', () => {
  test.each([
    ['<p>one</p><p>two</p>', 'one\n\ntwo'],
    ['a<br>b<br/>c', 'a\nb\nc'],
    ['<div>a</div><div>b</div>', 'a\nb'],
    ['<ul><li>x<li>y</ul>', '- x\n- y'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>', 'a b\nc'],
    ['a <b>bold</b> word', 'a bold word'],
    ['&lt;b&gt; &amp;nbsp; &#1055;&eacute;', '<b> &nbsp; Пé'],
    ['<head><title>t</title><style>p{}</style></head><body>x<script>alert(1)</script>y</body>', 'xy'],
    ['x<!-- no -->y<![CDATA[z]]>', 'xy'],
    ['<a href="a>b">link</a>', 'link'],
    ['  lots \n of\u00a0\u00a0space  ', 'lots of space'],
    ['<p>never closed <b>bold', 'never closed bold'],
    ['a < b', 'a < b'],
  ])('%s', (html, text) => expect(htmlToText(html)).toBe(text));
});

test('quotes are kept, or dropped for previews', () => {
  expect(htmlToText('a<blockquote>b<blockquote>c</blockquote></blockquote>d')).toBe('a\n\nb\n\nc\n\nd');
  expect(htmlToText('a<blockquote>b<blockquote>c</blockquote></blockquote>d', { dropQuotes: true })).toBe(
    'a\n\nd',
  );
});

describe('S28, S32: hostile HTML is bounded', () => {
  test.each([
    ['nested tables', '<table><tr><td>'],
    ['end tags of what is not open', '<b><i></u>'],
    ['entities', '&amp;'],
    ['half tags', '<a '],
    ['comments', '<!--'],
    ['lists', '<li>x'],
  ])('5 MB of %s', (_name, piece) => {
    const html = piece.repeat(Math.ceil((5 * 1024 * 1024) / piece.length));
    expect(htmlToText(html).length).toBeLessThanOrEqual(MAX_TEXT);
  });
});
