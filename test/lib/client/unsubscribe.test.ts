import { describe, expect, it } from 'vitest';
import { wayOut } from '@/lib/client/unsubscribe';

const headers = (unsubscribe: string, post?: string) => [
  { name: 'List-Unsubscribe', value: unsubscribe },
  ...(post === undefined ? [] : [{ name: 'List-Unsubscribe-Post', value: post }]),
];
const ONE_CLICK = ' List-Unsubscribe=One-Click';

describe('leaving a mailing list (RFC 2369, RFC 8058)', () => {
  it('is one click where the list says so, else a message, else a page', () => {
    const both = '<mailto:off@list.example?subject=off>, <https://list.example/off?u=1>';
    expect(wayOut(headers(both, ONE_CLICK))).toEqual({
      by: 'post',
      url: 'https://list.example/off?u=1',
      to: 'list.example',
    });
    expect(wayOut(headers(both))).toEqual({
      by: 'mailto',
      url: 'mailto:off@list.example?subject=off',
      to: 'off@list.example',
    });
    expect(wayOut(headers('<https://list.example/off>'))?.by).toBe('page');
  });

  it('S10: is only by https or mailto, without a user in the address', () => {
    for (const value of [
      '<http://list.example/off>',
      '<javascript:alert(1)>',
      '<https://me:secret@list.example/>',
      '<file:///etc/passwd>',
      'https://list.example/off',
      '<mailto:>',
      '',
    ]) {
      expect(wayOut(headers(value, ONE_CLICK)), value).toBeNull();
    }
    expect(wayOut([])).toBeNull();
  });

  it('reads a folded field, and no more of it than a field may have', () => {
    expect(wayOut(headers('\r\n <https://list.example/a>,\r\n <mailto:b@list.example>'))?.by).toBe('mailto');
    expect(wayOut(headers(`${' '.repeat(9_000)}<https://list.example/a>`))).toBeNull();
  });
});
