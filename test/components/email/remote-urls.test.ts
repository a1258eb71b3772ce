import { expect, it } from 'vitest';
import { contentIdOf } from '@/components/email/content-id';
import { remoteIn, withProxiedUrls } from '@/components/email/remote-urls';

const PROXIED = (url: string) => `/api/images?u=${encodeURIComponent(url)}`;

it.each([
  ['plain', 'a{background:url(https://x.org/a.png)}'],
  ['quoted', 'a{background:url( "https://x.org/a.png" )}'],
  ['single quotes', "a{background:URL('https://x.org/a.png')}"],
])('S8: a remote address in CSS (%s) is found and turned to the proxy or to nothing', (_how, css) => {
  expect(remoteIn(css)).toEqual(['https://x.org/a.png']);
  expect(withProxiedUrls(css, PROXIED)).toBe(
    'a{background:url("/api/images?u=https%3A%2F%2Fx.org%2Fa.png")}',
  );
  expect(withProxiedUrls(css, () => null)).toBe('a{background:none}');
});

it.each([
  ['url( again and again', 'url('.repeat(250_000)],
  ['url( and blanks', `url(${' '.repeat(1_000_000)}`],
  ['url(a and blanks', `url(a${' '.repeat(1_000_000)}`],
  ['open quotes', 'url("a'.repeat(160_000)],
])('S32: 1 MB of %s is read in linear time', (_what, css) => {
  const start = performance.now();
  remoteIn(css);
  withProxiedUrls(css, () => null);
  expect(performance.now() - start).toBeLessThan(1_000);
});

it.each([
  ['cid:a%40x', 'a@x'],
  ['cid:50%', '50%'],
  ['cid:%FF', '%FF'],
])('S4: a Content-ID that is badly encoded (%s) hides no mail', (url, cid) => {
  expect(contentIdOf(url)).toBe(cid);
});
