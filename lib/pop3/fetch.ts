/** Messages out of a session, many on their way at once, and in groups for one commit each (gateway.md 3). */
import { CommandError } from '@/lib/errors';
import type { Pop3Client } from '@/lib/pop3/client';
import type { FeedStore, Fetched } from '@/lib/pop3/feed-store';
import { Incoming } from '@/lib/pop3/incoming';
import type { MaildropMessage } from '@/lib/pop3/maildrop';

/** A message of the maildrop, and how much of it is to come. */
export interface Wanted extends MaildropMessage {
  headerOnly: boolean;
}

/** On their way or waiting to be stored; the bytes are what LIST announced. */
const IN_FLIGHT = 200;
const IN_FLIGHT_BYTES = 4 * 1024 ** 2;
/** A group is committed when it holds so many messages, or its first one has waited so long. */
const GROUP_MESSAGES = 100;
const GROUP_BYTES = 4 * 1024 ** 2;
const GROUP_MS = 100;
/** A header block is seldom larger. */
const HEADER_BYTES = 16 * 1024;

/** What it takes of a session. */
export function bytesOf({ headerOnly, size }: Wanted): number {
  return headerOnly ? Math.min(size, HEADER_BYTES) : size;
}

type Settled<T> = { value: T } | { error: unknown };

function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
}

/** In the order of `wanted`. What the server refuses (gone meanwhile, cannot be read now) is left out. */
export async function* fetchAll(
  client: Pop3Client,
  wanted: Wanted[],
  store: FeedStore,
): AsyncGenerator<Fetched> {
  const flights: { listing: Wanted; content: Promise<Settled<Fetched['content']>> }[] = [];
  let next = 0;
  let bytes = 0;
  const launch = () => {
    for (; next < wanted.length && flights.length < IN_FLIGHT; next++) {
      const listing = wanted[next];
      if (!listing || (bytes > 0 && bytes + bytesOf(listing) > IN_FLIGHT_BYTES)) return;
      bytes += bytesOf(listing);
      const { number, headerOnly } = listing;
      const content = headerOnly ? client.top(number, 0) : fetchWhole(client, number, store);
      flights.push({ listing, content: settled<Fetched['content']>(content) });
    }
  };
  for (launch(); ; launch()) {
    const flight = flights.shift();
    if (!flight) return;
    const content = await flight.content;
    const { listing } = flight;
    bytes -= bytesOf(listing);
    if ('value' in content) yield { listing, content: content.value, headerOnly: listing.headerOnly };
    else if (!(content.error instanceof CommandError)) throw content.error;
  }
}

export async function fetchWhole(
  client: Pop3Client,
  number: number,
  store: FeedStore,
): Promise<Fetched['content']> {
  const incoming = new Incoming(store);
  try {
    await client.retrieve(number, incoming.push);
  } catch (error) {
    await incoming.abort(error);
    throw error;
  }
  return incoming.finish();
}

/** On failure of the source what has come is still given out, then the failure thrown. */
export async function* groups(messages: AsyncGenerator<Fetched>): AsyncGenerator<Fetched[]> {
  let next = settled(messages.next());
  for (;;) {
    const group: Fetched[] = [];
    let bytes = 0;
    let expiry: Promise<null> | null = null;
    let timer: NodeJS.Timeout | undefined;
    while (group.length < GROUP_MESSAGES && bytes < GROUP_BYTES) {
      const step = expiry ? await Promise.race([next, expiry]) : await next;
      if (step === null) break;
      if ('error' in step || step.value.done) {
        clearTimeout(timer);
        if (group.length > 0) yield group;
        if ('error' in step) throw step.error;
        return;
      }
      group.push(step.value.value);
      if (Buffer.isBuffer(step.value.value.content)) bytes += step.value.value.content.length;
      expiry ??= new Promise((expired) => {
        timer = setTimeout(() => expired(null), GROUP_MS);
      });
      next = settled(messages.next());
    }
    clearTimeout(timer);
    yield group;
  }
}
