/** Where to go after sign-in: a path of our own, never another site and never the sign-in page itself (security.md S29). */
export const START = '/mail';

export function safePath(wish: string | null | undefined): string {
  if (!wish?.startsWith('/')) return START;
  const base = 'https://gatepost.invalid';
  if (!URL.canParse(wish, base)) return START;
  const url = new URL(wish, base);
  // `//evil.example` and `/\evil.example` parse as other origins.
  if (
    url.origin !== base ||
    url.pathname.startsWith('//') ||
    /^\/(sign-in|api|jmap)(\/|$)/.test(url.pathname)
  )
    return START;
  return url.pathname + url.search;
}
