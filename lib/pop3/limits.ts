/** What a POP3 server may make us wait for or hold. Passing one ends the session with `limitExceeded` or `connectionTimeout`. */
export interface Pop3Limits {
  connectMs: number;
  greetingMs: number;
  /** Nothing arrived for so long while a reply is due. */
  idleMs: number;
  /** A whole reply other than a message, however steadily it drips. */
  replyMs: number;
  /** The whole session. */
  sessionMs: number;
  /** Bytes of a status line; RFC 2449 §4 allows 512, some servers put URLs in theirs. */
  statusLine: number;
  /** Bytes of one line of CAPA, LIST, UIDL. */
  listLine: number;
  /** Lines of LIST or UIDL: the messages of a maildrop. */
  listLines: number;
  /** Bytes of one message. */
  message: number;
  /** Bytes of what TOP gives that are looked at. */
  top: number;
}

export const POP3_LIMITS: Pop3Limits = {
  connectMs: 15_000,
  greetingMs: 10_000,
  idleMs: 60_000,
  replyMs: 120_000,
  sessionMs: 6 * 3_600_000,
  statusLine: 2_048,
  listLine: 1_024,
  listLines: 1_000_000,
  message: 4 * 1024 ** 3,
  top: 1024 ** 2,
};
