/** What is in the maildrop, under names that last longer than the session: UIDL, else a hash of the headers (security.md I10). */
import { createHash } from 'node:crypto';
import { CommandError, RequestError } from '@/lib/errors';
import type { Pop3Client } from '@/lib/pop3/client';
import type { Listing } from '@/lib/pop3/feed-store';
import type { Listed } from '@/lib/pop3/messages';

/** Headers asked for at once where the server takes commands in a pipeline. */
const TOGETHER = 100;

/** `number` is the session's own and goes no further than DELE and RETR. */
export interface MaildropMessage extends Listing {
  number: number;
}

export async function readMaildrop(client: Pop3Client): Promise<MaildropMessage[]> {
  const [sizes, uidls] = await Promise.all([client.list(), client.uidl()]);
  const ids = uidls ?? (await headerHashes(client, sizes));
  const sizeOf = new Map(sizes.map(({ number, value }) => [number, Number(value)]));
  const timesSeen = new Map<string, number>();
  for (const { value } of ids) timesSeen.set(value, (timesSeen.get(value) ?? 0) + 1);
  const occurrences = new Map<string, number>();
  return ids.flatMap(({ number, value }) => {
    const size = sizeOf.get(number);
    // In only one of the two lists: left alone, it stays on the server.
    if (size === undefined || !Number.isSafeInteger(size)) return [];
    const occurrence = (occurrences.get(value) ?? 0) + 1;
    occurrences.set(value, occurrence);
    // RFC 1939 §7 wants UIDLs unique; where they are not, each is fetched once and none is deleted. No UIDL holds a space.
    const keep = (timesSeen.get(value) ?? 0) > 1;
    return { number, size, keep, uidl: occurrence === 1 ? value : `${value} ${occurrence}` };
  });
}

async function headerHashes(client: Pop3Client, sizes: Listed[]): Promise<Listed[]> {
  const hashes: Listed[] = [];
  try {
    for (let at = 0; at < sizes.length; at += TOGETHER) {
      const slice = sizes.slice(at, at + TOGETHER);
      hashes.push(...(await Promise.all(slice.map(({ number }) => headerHash(client, number)))));
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new RequestError('unsupported', 'the server has neither UIDL nor TOP', { cause: error });
  }
  return hashes;
}

async function headerHash(client: Pop3Client, number: number): Promise<Listed> {
  const header = await client.top(number, 0);
  // `#` and 64 digits; a real UIDL may look so too, but not on a server that has none.
  return { number, value: `#${createHash('sha256').update(header).digest('hex')}` };
}
