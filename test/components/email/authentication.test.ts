import { describe, expect, it } from 'vitest';
import { failsAuthentication, parseResults } from '@/components/email/authentication';

const results = (...values: string[]) => values.map((value) => ({ name: 'Authentication-Results', value }));

describe('S30: the receiving server says that the sender is not who they say', () => {
  it('by DMARC, whatever else passes', () => {
    expect(
      failsAuthentication(results(' mx.example.org; dkim=pass header.d=evil.example; dmarc=fail'), []),
    ).toBe(true);
    expect(failsAuthentication(results(' mx.example.org; dkim=fail; dmarc=pass (p=none)'), [])).toBe(false);
  });

  it('by a broken signature where nothing sums up, unless another one holds', () => {
    expect(failsAuthentication(results('mx.example.org; dkim=fail (body hash; mismatch)'), [])).toBe(true);
    expect(failsAuthentication(results('mx.example.org; dkim=fail; dkim=pass'), [])).toBe(false);
    expect(failsAuthentication(results('mx.example.org; spf=softfail; dkim=none'), [])).toBe(false);
  });

  it('in its own words on top, not in what came with the message', () => {
    const forged = results('mx.example.org; dmarc=fail', 'mx.example.org; dmarc=pass');
    expect(failsAuthentication(forged, [])).toBe(true);
    expect(failsAuthentication(results('mx.example.org; dmarc=pass', 'evil.example; dmarc=fail'), [])).toBe(
      false,
    );
  });

  it('and only servers that the operator named are believed', () => {
    const both = results('relay.example.net; dmarc=fail', 'MX.example.org 1; dmarc=pass');
    expect(failsAuthentication(both, ['mx.example.org'])).toBe(false);
    expect(failsAuthentication(results('evil.example; dmarc=fail'), ['mx.example.org'])).toBe(false);
  });

  it('with comments, versions and quotes anywhere', () => {
    expect(
      parseResults('(a (b) c) mx.example.org 1 (x); dkim/1 = fail reason="a; dmarc=pass" ; none'),
    ).toEqual({
      by: 'mx.example.org',
      methods: { dkim: ['fail'] },
    });
  });

  it('no header, no warning', () => {
    expect(failsAuthentication([{ name: 'From', value: 'a@b.c' }], [])).toBe(false);
  });
});
