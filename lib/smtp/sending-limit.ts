/**
 * A provider that takes no more mail for now says so in words of its own, mostly with a 5yz, as if the mail itself were at fault:
 * `550 5.4.5 Daily user sending limit exceeded`, `451 4.7.1 Ratelimit exceeded`, `554 5.2.0 SendQuotaExceeded`.
 */
const SAYS = [
  /\b[45]\.(?:4\.5|1\.90)\b/,
  /rate ?limit|SendQuotaExceeded/i,
  /\b(?:sending|outgoing|hourly|daily|messages?|recipients?) (?:rate|quota|limit)s?\b.{0,60}\b(?:exceed|reach|hit)/i,
  /\b(?:exceed|reach)\w*\b.{0,60}(?:\b(?:sending|hourly|daily|outgoing)\b|per (?:hour|day))/i,
  /\btoo many (?:messages|e-?mails)\b/i,
];
/** Of the recipient's mailbox, not of the sender (RFC 3463 §3.3). */
const OF_MAILBOX = /\b[45]\.2\.[1-4]\b/;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = { second: 1, minute: MINUTE, hour: HOUR } as const;
/** A day's limit may end with the day or a day after: it is looked for a few times. */
const OF_A_DAY = 4 * HOUR;

/** Seconds to wait; null: it is about something else. */
export function sendingLimitOf(reply: string): number | null {
  if (OF_MAILBOX.test(reply) || !SAYS.some((words) => words.test(reply))) return null;
  const [, n, unit] = /\b(?:in|after|wait|for) (\d{1,6}) ?(second|minute|hour)s?\b/i.exec(reply) ?? [];
  if (n && unit) {
    const seconds = Number(n) * UNITS[unit.toLowerCase() as keyof typeof UNITS];
    return Math.min(Math.max(seconds, MINUTE), DAY);
  }
  return /\bdaily\b|\bper day\b|\b24 hours\b/i.test(reply) ? OF_A_DAY : HOUR;
}
