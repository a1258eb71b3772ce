/** What the mail server itself says of Anna's mailboxes: the judge of what the page claims. */
import { expect, vi } from 'vitest';
import { ANNA, type World } from './world';

/** Messages that an IMAP SEARCH finds, e.g. `'INBOX', 'SEEN', 'SUBJECT', 'x'`. */
export async function found(world: World, mailbox: string, ...query: string[]): Promise<number> {
  const out = await world.dovecot.doveadm('search', '-u', ANNA, 'mailbox', mailbox, ...query);
  return out.trim() === '' ? 0 : out.trim().split('\n').length;
}

/** `timeout` ms may pass until so many are found. */
export const waitsFor =
  (world: World, timeout = 10_000) =>
  (count: number, mailbox: string, ...query: string[]): Promise<void> =>
    vi.waitFor(async () => expect(await found(world, mailbox, ...query)).toBe(count), {
      timeout,
      interval: 200,
    });
