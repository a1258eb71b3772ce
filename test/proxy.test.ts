import { NextRequest } from 'next/server';
import { describe, expect, it } from 'vitest';
import { config, proxy } from '@/proxy';

const headersOf = (path = '/mail') => proxy(new NextRequest(`http://localhost:3000${path}`)).headers;
const policyOf = (headers: Headers) => headers.get('content-security-policy') ?? '';
const nonceOf = (headers: Headers) => /'nonce-([^']+)'/.exec(policyOf(headers))?.[1];

describe('page headers', () => {
  it('S23: only scripts with the nonce of this answer run', () => {
    const [one, two] = [headersOf(), headersOf()];
    expect(policyOf(one)).toMatch(/script-src 'nonce-[\w+/=]{24}' 'strict-dynamic';/);
    expect(nonceOf(one)).not.toBe(nonceOf(two));
  });

  it('S23: no framing, no plugins, no base, no foreign form; strings become neither markup nor code', () => {
    const policy = policyOf(headersOf());
    for (const directive of [
      "default-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
      "form-action 'self'",
      "require-trusted-types-for 'script'",
    ]) {
      expect(policy).toContain(directive);
    }
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
  });

  it('S8, S23: tells nobody where the reader is', () => {
    expect(Object.fromEntries(headersOf())).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-dns-prefetch-control': 'off',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  it.each([
    ['/mail', true],
    ['/sign-in', true],
    ['/settings/accounts/new', true],
    ['/mail/a1/b2/c3.png', true],
    ['/frame.html/mail', true],
    ['/jmap/upload/a1', false],
    ['/api/accounts', false],
    ['/.well-known/jmap', false],
    ['/_next/static/chunks/a.js', false],
    ['/frame.html', false],
    ['/icon.svg', false],
  ])('%s passes here: %s', (path, passes) => {
    const [matcher = ''] = config.matcher;
    expect(new RegExp(`^${matcher}$`).test(path)).toBe(passes);
  });
});
