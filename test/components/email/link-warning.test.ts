import { describe, expect, it } from 'vitest';
import { linkWarning } from '@/components/email/link-warning';
import { linkified } from '@/components/email/linkify';

describe('S11: links', () => {
  it.each([
    ['https://bank.example', 'https://evil.example/x', 'evil.example'],
    ['www.bank.example/login', 'https://bank.example.evil.example/', 'bank.example.evil.example'],
    ['Click here', 'https://bank.example@evil.example/', 'evil.example'],
    ['bank', 'https://xn--bnk-5cd.example/', 'xn--bnk-5cd.example'],
  ])('%s leading to %s is marked', (text, href, host) => {
    expect(linkWarning(text, href)).toBe(host);
  });

  it.each([
    ['bank.example', 'https://www.bank.example/x'],
    ['https://www.bank.example', 'https://bank.example/'],
    ['Click here', 'https://bank.example/'],
    ['anna@example.org', 'mailto:anna@example.org'],
  ])('%s leading to %s is not', (text, href) => {
    expect(linkWarning(text, href)).toBeNull();
  });

  it('in plain text are found and nothing else is changed', () => {
    const text =
      'See https://example.org/a?b=c, or write to anna@example.org.\njavascript:alert(1) file:///etc/passwd';
    const pieces = linkified(text);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.flatMap(({ href }) => href ?? [])).toEqual([
      'https://example.org/a?b=c',
      'mailto:anna@example.org',
    ]);
  });

  it('S32: a megabyte is searched in a moment', () => {
    const start = performance.now();
    linkified('words and www.example.org and more words\n'.repeat(25_000).slice(0, 1_000_000));
    linkified('a.'.repeat(500_000));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
