/** What goes over a POP3 connection, as types (RFC 1939, RFC 2449, RFC 3206). No I/O. */

/** A reply's first line: `+OK [CODE] text`, `-ERR [CODE] text`, or `+ challenge` inside AUTH (RFC 5034 §4). */
export interface StatusLine {
  kind: 'ok' | 'error' | 'continue';
  /** Response code in upper case, without brackets: `IN-USE`, `SYS/TEMP` (RFC 2449 §8); null if none. */
  code: string | null;
  text: string;
}

/** What the parser hands out: one status per reply; the bytes and the end only for multi-line replies. */
export type ReplyEvent =
  | { event: 'status'; status: StatusLine; last: boolean }
  | { event: 'data'; bytes: Buffer }
  | { event: 'end' };

/** One line of LIST or UIDL. `number` is valid in this session only and never stored (gateway.md 3). */
export interface Listed {
  number: number;
  value: string;
}

/** What CAPA told (RFC 2449 §6); every field false or empty when the server has no CAPA. */
export interface Capabilities {
  stls: boolean;
  user: boolean;
  uidl: boolean;
  top: boolean;
  pipelining: boolean;
  respCodes: boolean;
  /** SASL mechanisms in upper case. */
  sasl: string[];
  /** Least seconds between two sign-ins; null if not said. */
  loginDelay: number | null;
  /** RFC 6856: names and mail in UTF-8 after the command of that name. */
  utf8: boolean;
  /** Days that the server keeps mail (RFC 2449 §6.7); null if it keeps it for ever or does not say. */
  expireDays: number | null;
}

export const NO_CAPABILITIES: Capabilities = {
  stls: false,
  user: false,
  uidl: false,
  top: false,
  pipelining: false,
  respCodes: false,
  sasl: [],
  loginDelay: null,
  utf8: false,
  expireDays: null,
};

export function parseCapabilities(lines: string[]): Capabilities {
  const words = new Map<string, string[]>();
  for (const line of lines) {
    const [name, ...args] = line.trim().split(/\s+/);
    if (name) words.set(name.toUpperCase(), args);
  }
  // `LOGIN-DELAY 900`, or `LOGIN-DELAY 900 USER` when it may differ per user (RFC 2449 §6.5).
  const delay = Number(words.get('LOGIN-DELAY')?.[0]);
  // `EXPIRE NEVER`, `EXPIRE 60`, `EXPIRE 0 USER`.
  const expire = Number(words.get('EXPIRE')?.[0] ?? Number.NaN);
  return {
    stls: words.has('STLS'),
    user: words.has('USER'),
    uidl: words.has('UIDL'),
    top: words.has('TOP'),
    pipelining: words.has('PIPELINING'),
    respCodes: words.has('RESP-CODES') || words.has('AUTH-RESP-CODE'),
    sasl: (words.get('SASL') ?? []).map((mechanism) => mechanism.toUpperCase()),
    loginDelay: Number.isSafeInteger(delay) && delay > 0 ? delay : null,
    utf8: words.has('UTF8'),
    expireDays: Number.isSafeInteger(expire) && expire >= 0 ? expire : null,
  };
}

/**
 * `3 QhdPYR:00WBw1Ph7x7`: number, then a value without spaces; what follows it is ignored (RFC 1939 §5). Null if unreadable.
 * Bytes above 0x7E are no UIDL by the RFC; a message that has them in its name is mail all the same.
 */
export function parseListed(line: string): Listed | null {
  const match = /^(\d{1,9})[ \t]+([!-~\u0080-\u00ff]+)/.exec(line);
  if (!match?.[1] || !match[2]) return null;
  return { number: Number(match[1]), value: match[2] };
}
