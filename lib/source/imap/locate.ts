/** From emailIds to mailboxes and UIDs. */
import { RequestError } from '@/lib/errors';
import { type Selected, selectWith } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import type { Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { type ImapContext, wiredMailbox } from './context';
import { refreshMailbox } from './refresh-mailbox';

/** Locations by mailbox; of an Email in several mailboxes each is given. */
export async function locationsByMailbox(context: ImapContext, ids: Id[]): Promise<Map<Id, Location[]>> {
  return groupBy(await context.index.locations(ids), (location) => location.mailboxId);
}

/** Map.groupBy, which Node 20 lacks. */
export function groupBy<K, V>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** One location each. */
export function onePerEmail(byMailbox: ReadonlyMap<Id, Location[]>): Map<Id, Location[]> {
  const seen = new Set<Id>();
  const out = new Map<Id, Location[]>();
  for (const [mailboxId, locations] of byMailbox) {
    const first = locations.filter(({ emailId }) => !seen.has(emailId));
    for (const { emailId } of first) seen.add(emailId);
    if (first.length > 0) out.set(mailboxId, first);
  }
  return out;
}

/**
 * Selects for reading or changing by UID: never under another UIDVALIDITY than the UIDs were read under (security.md I7).
 * @throws stateMismatch when it changed; the caller refreshes the mailbox then
 */
export async function selectFor(
  session: ImapSession,
  path: string,
  locations: Location[],
): Promise<Selected> {
  const highest = Math.max(...locations.map(({ uid }) => uid));
  const selected = await selectWith(session, path, highest);
  if (locations.some(({ uidValidity }) => uidValidity !== selected.uidValidity)) {
    throw new RequestError('stateMismatch', 'UIDVALIDITY changed', { params: { mailbox: path } });
  }
  return selected;
}

/** How one location is read; null when the message is not there any more. */
export type ReadAt<T> = (location: Location, path: string) => Promise<T | null>;

/** Tries the Email's locations in turn. @throws notFound after the index learned that the message is gone */
export async function readSomewhere<T>(context: ImapContext, emailId: Id, read: ReadAt<T>): Promise<T> {
  const locations = await context.index.locations([emailId]);
  for (const location of locations) {
    const { wire } = await wiredMailbox(context, location.mailboxId);
    const result = await read(location, wire.path);
    if (result !== null) return result;
    await refreshMailbox(context, location.mailboxId, 50);
  }
  throw new RequestError('notFound', 'no such email', { params: { email: emailId } });
}
