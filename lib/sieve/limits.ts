/** What a ManageSieve server may make us wait for or hold. */
export const SIEVE_LIMITS = {
  connectMs: 10_000,
  /** One answer, however steadily it drips. */
  replyMs: 30_000,
  /** Bytes of a line, literals aside; capabilities and error texts are lines. */
  line: 64 * 1024,
  /** Bytes of a literal: a script. */
  literal: 1024 ** 2,
  /** Lines of one answer: scripts of an account. */
  lines: 2_000,
} as const;
