/** How to leave a mailing list (RFC 2369 §3.2, RFC 8058). What the header says is a stranger's word: https and mailto only (security.md S10). */
import type { EmailHeader } from '@/lib/jmap/types';

/** Longer fields are not read. */
const MAX_FIELD = 8_192;

export interface WayOut {
  /** `post`: told by the server, in one click; `mailto`: by a message; `page`: on a page of the list. */
  by: 'post' | 'mailto' | 'page';
  url: string;
  /** The host or the address that learns of it. */
  to: string;
}

/** The easiest of those that are offered; null where there is none. */
export function wayOut(headers: readonly EmailHeader[]): WayOut | null {
  const field = fieldOf(headers, 'list-unsubscribe');
  const urls = [...field.matchAll(/<\s*([^<>\s]+)\s*>/g)].map(([, url = '']) => url);
  const web = urls.find((url) => URL.canParse(url) && isWeb(new URL(url)));
  const mail = urls.find((url) => /^mailto:[^?\s]+@[^?\s]+/i.test(url));
  // RFC 8058 §3.1: without it, only a person's own visit counts.
  const oneClick = /^\s*list-unsubscribe\s*=\s*one-click\s*$/i.test(
    fieldOf(headers, 'list-unsubscribe-post'),
  );
  if (web && oneClick) return { by: 'post', url: web, to: new URL(web).hostname };
  if (mail) return { by: 'mailto', url: mail, to: addressOf(mail) };
  return web ? { by: 'page', url: web, to: new URL(web).hostname } : null;
}

const isWeb = ({ protocol, username, password }: URL) => protocol === 'https:' && !username && !password;

function fieldOf(headers: readonly EmailHeader[], wanted: string): string {
  const values = headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);
  return (values[0] ?? '').slice(0, MAX_FIELD);
}

function addressOf(mailto: string): string {
  const [address = ''] = mailto.slice('mailto:'.length).split('?');
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
