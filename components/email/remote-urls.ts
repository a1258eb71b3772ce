/**
 * Remote addresses in CSS: found, and turned to our proxy or to nothing. Linear (S32): no address has a `(`, so no try reads on into
 * the next `url(`.
 */
const CSS_URL = /url\(\s*(['"]?)([^'"()\s]{1,4096})\1\s*\)/gi;

export function remoteIn(css: string): string[] {
  return [...css.matchAll(CSS_URL)].map(([, , url = '']) => url).filter((url) => /^https?:/i.test(url));
}

export function withProxiedUrls(css: string, proxied: (url: string) => string | null): string {
  return css.replace(CSS_URL, (whole, _quote, url: string) => {
    if (/^data:image\//i.test(url)) return whole;
    const shown = /^https?:/i.test(url) ? proxied(url) : null;
    return shown === null ? 'none' : `url("${shown}")`;
  });
}
