/** What a submission server takes in one message: as it announces (RFC 1870, RFC 9422), and as its refusals show. */
import type { RecipientReply } from './types';

export interface ServerTakes {
  bytes: number | null;
  recipients: number | null;
}

/** From the lines of EHLO. `SIZE 0` names no limit. */
export function announcedIn(lines: readonly string[]): ServerTakes {
  const told = (pattern: RegExp) => {
    const found = lines.flatMap((line) => pattern.exec(line)?.[1] ?? [])[0];
    return Number(found ?? 0) || null;
  };
  return { bytes: told(/^SIZE (\d{1,15})/i), recipients: told(/^LIMITS\b.* RCPTMAX=(\d{1,6})/i) };
}

/** `452 4.5.3`, and 552 where it is meant so (RFC 5321 §4.5.3.1.10). */
export const isTooMany = (reply: string): boolean => /\b[45]\.5\.3\b|too many recipients/i.test(reply);

/**
 * How many of `replies` it would have taken; null: they tell nothing of that. What was accepted before the refusal is sure; a refusal of
 * all may name a number, else half is tried.
 */
export function takenOf(replies: readonly RecipientReply[]): number | null {
  const refusal = replies.find(({ accepted, reply }) => !accepted && isTooMany(reply));
  if (!refusal || replies.length < 2) return null;
  const accepted = replies.filter((one) => one.accepted).length;
  if (accepted > 0) return accepted;
  const words = refusal.reply.replace(/\b[45]\d\d\b|\b[45]\.\d{1,3}\.\d{1,3}\b/g, '');
  const numbers = [...words.matchAll(/\b\d{1,4}\b/g)].map(Number);
  const named = numbers.filter((n) => n > 0 && n < replies.length);
  return named.length === 1 ? (named[0] ?? null) : Math.floor(replies.length / 2);
}
