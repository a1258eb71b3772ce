/** Messages out of a session, many on their way at once, and in groups for one commit each (gateway.md 3). */
import { CommandError, ConnectionError, ProtocolError } from '@/lib/errors';
import type { Pop3Client } from '@/lib/pop3/client';
import type { FeedStore, Fetched } from '@/lib/pop3/feed-store';
import { Incoming } from '@/lib/pop3/incoming';
import type { MaildropMessage } from '@/lib/pop3/maildrop';

/** A message of the maildrop, and how much of it is to come. */
export interface Wanted extends MaildropMessage, Pick<Fetched, 'headerOnly' | 'isOld'> {}

/** On their way or waiting to be stored; the bytes are what LIST announced. */
const IN_FLIGHT = 400;
const IN_FLIGHT_BYTES = 4 * 1024 ** 2;
/** Asked for again when so few are left: many requests leave in one packet. */
const REFILL = IN_FLIGHT / 2;
/** A group is committed when it holds so many messages, or its first one has waited so long. */
const GROUP_MESSAGES = 200;
const GROUP_BYTES = 4 * 1024 ** 2;
const GROUP_MS = 100;
/** A header block is seldom larger. */
const HEADER_BYTES = 16 * 1024;

/** What it takes of a session. */
export function bytesOf({ headerOnly, size }: Wanted): number {
  return headerOnly ? Math.min(size, HEADER_BYTES) : size;
}

type Outcome = { content: Fetched['content'] } | { error: unknown };

interface Flight {
  wanted: Wanted;
  /** null: on its way. */
  outcome: Outcome | null;
  landed: Promise<void>;
}

/**
 * In the order of `wanted`. What the server refuses (gone meanwhile, cannot be read now) is left out. On a failure what
 * has come is still given out, then the failure thrown. @param onBroken at which message the connection broke off
 */
export async function* fetchGroups(
  client: Pop3Client,
  wanted: Wanted[],
  store: FeedStore,
  onBroken: (uidl: string) => void,
): AsyncGenerator<Fetched[]> {
  const flights = new Flights(client, wanted, store);
  for (flights.launch(); flights.next; flights.launch()) {
    await flights.next.landed;
    await flights.groupLanded();
    const { group, failure } = flights.take();
    if (group.length > 0) yield group;
    if (!failure) continue;
    const { error, uidl } = failure;
    if (error instanceof ConnectionError || error instanceof ProtocolError) onBroken(uidl);
    throw error;
  }
}

class Flights {
  readonly #client: Pop3Client;
  readonly #wanted: Wanted[];
  readonly #store: FeedStore;
  /** They land in this order (RFC 2449 §6.6). */
  #flights: Flight[] = [];
  #launched = 0;
  #bytes = 0;

  constructor(client: Pop3Client, wanted: Wanted[], store: FeedStore) {
    this.#client = client;
    this.#wanted = wanted;
    this.#store = store;
  }

  get next(): Flight | undefined {
    return this.#flights[0];
  }

  launch(): void {
    if (this.#flights.length > REFILL) return;
    for (; this.#launched < this.#wanted.length && this.#flights.length < IN_FLIGHT; this.#launched += 1) {
      const wanted = this.#wanted[this.#launched];
      if (!wanted || (this.#bytes > 0 && this.#bytes + bytesOf(wanted) > IN_FLIGHT_BYTES)) return;
      this.#bytes += bytesOf(wanted);
      this.#flights.push(this.#start(wanted));
    }
  }

  /** Those of the next group, or the time that its first one waits for others is over. */
  async groupLanded(): Promise<void> {
    let bytes = 0;
    const end = this.#flights.findIndex(({ wanted }, index) => {
      bytes += bytesOf(wanted);
      return index >= GROUP_MESSAGES || bytes > GROUP_BYTES;
    });
    const last = this.#flights.at(end < 0 ? -1 : Math.max(end - 1, 0));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((expired) => {
      timer = setTimeout(expired, GROUP_MS);
    });
    await Promise.race([last?.landed, late]);
    clearTimeout(timer);
  }

  /** A group of those that have landed. */
  take(): { group: Fetched[]; failure: { error: unknown; uidl: string } | null } {
    const group: Fetched[] = [];
    let bytes = 0;
    while (group.length < GROUP_MESSAGES && bytes < GROUP_BYTES) {
      const { wanted, outcome } = this.next ?? {};
      if (!wanted || !outcome) break;
      this.#flights.shift();
      this.#bytes -= bytesOf(wanted);
      if ('content' in outcome) {
        const { headerOnly, isOld } = wanted;
        group.push({ listing: wanted, content: outcome.content, headerOnly, isOld });
        if (Buffer.isBuffer(outcome.content)) bytes += outcome.content.length;
      } else if (!(outcome.error instanceof CommandError))
        return { group, failure: { ...outcome, uidl: wanted.uidl } };
    }
    return { group, failure: null };
  }

  #start(wanted: Wanted): Flight {
    const { number, headerOnly } = wanted;
    const content = headerOnly ? this.#client.top(number, 0) : fetchWhole(this.#client, number, this.#store);
    const flight: Flight = { wanted, outcome: null, landed: Promise.resolve() };
    flight.landed = content.then(
      (value) => {
        flight.outcome = { content: value };
      },
      (error) => {
        flight.outcome = { error };
      },
    );
    return flight;
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
