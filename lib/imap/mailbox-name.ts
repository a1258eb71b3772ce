/** Mailbox names on the wire: modified UTF-7 (RFC 3501 §5.1.3), or UTF-8 once UTF8=ACCEPT is on (RFC 6855). */
import { type Node, quoted, type Token, textOf } from './tokens';

/** `Entwürfe` -> `Entw&APw-rfe` */
export function encodeMailboxName(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-';
    const utf16 = Buffer.from(run, 'utf16le').swap16();
    return `&${utf16.toString('base64').replaceAll('/', ',').replace(/=+$/, '')}-`;
  });
}

export function decodeMailboxName(name: string): string {
  return name.replace(/&([A-Za-z0-9+,]*)-/g, (whole, run: string) => {
    if (run === '') return '&';
    const utf16 = Buffer.from(run.replaceAll(',', '/'), 'base64');
    // An odd length is no UTF-16: shown as it is rather than as something that cannot be selected.
    return utf16.length % 2 === 0 ? utf16.swap16().toString('utf16le') : whole;
  });
}

export function mailboxToken(path: string, utf8: boolean): Token {
  return quoted(utf8 ? path : encodeMailboxName(path));
}

/** As the server names a mailbox in its answers. */
export function mailboxPath(node: Node | undefined, utf8: boolean): string {
  const name = textOf(node) ?? '';
  if (name.toUpperCase() === 'INBOX') return 'INBOX';
  return utf8 ? name : decodeMailboxName(name);
}
