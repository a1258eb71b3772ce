/** Does a link lead where its words say (S11)? The true host when they name another, hide it behind `user@`, or mix scripts; else null. */
const SHOWN_HOST = /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}-]{1,63}\.)+[\p{L}]{2,63})(?=[/:?#\s]|$)/u;

export function linkWarning(text: string, href: string): string | null {
  if (!/^https?:/i.test(href) || !URL.canParse(href)) return null;
  const url = new URL(href);
  const shown = SHOWN_HOST.exec(text.slice(0, 300))?.[1];
  if (url.username !== '' || url.password !== '') return url.host;
  // Punycode: the reader cannot tell these letters from others.
  if (url.hostname.split('.').some((label) => label.startsWith('xn--'))) return url.host;
  if (shown !== undefined && !sameSite(asciiHost(shown), url.hostname)) return url.host;
  return null;
}

function asciiHost(host: string): string {
  return URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : host;
}

/** `example.org` and `news.example.org` are one place to a reader. */
function sameSite(shown: string, real: string): boolean {
  const bare = shown.replace(/^www\./, '');
  return (
    real === shown ||
    real === bare ||
    real.endsWith(`.${bare}`) ||
    bare.endsWith(`.${real.replace(/^www\./, '')}`)
  );
}
