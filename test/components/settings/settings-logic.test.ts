import { describe, expect, it } from 'vitest';
import { htmlOfSignature } from '@/components/settings/identity-calls';
import { programName } from '@/components/settings/program-name';

describe('programName', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox', 'Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0',
      'Edge',
      'Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari',
      'iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36',
      'Chrome',
      'Android',
    ],
  ])('%s', (userAgent, browser, system) => {
    expect(programName(userAgent)).toEqual({ browser, system });
  });
  it.each([null, '', 'curl/8.5', `${'x'.repeat(100_000)} Firefox/1 Linux`])(
    'S32: says nothing of %.20s',
    (userAgent) => {
      expect(programName(userAgent)).toBeNull();
    },
  );
});

describe('htmlOfSignature', () => {
  it('S4: keeps words as words', () => {
    expect(htmlOfSignature('Anna <b>&"\nSales')).toBe('<div>Anna &#60;b&#62;&#38;&#34;<br>Sales</div>');
  });
  it('is empty for nothing', () => {
    expect(htmlOfSignature('')).toBe('');
  });
});
