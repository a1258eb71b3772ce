/** From emailIds to mailboxes and UIDs. */
import { MailError, RequestError } from '@/lib/errors';
import { type Selected, selectWith } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import type { Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { ImapContext } from './context';
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
  locations: Pick<Location, 'uid' | 'uidValidity'>[],
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
  const tried = new Set<string>();
  for (;;) {
    const place = await untried(context, emailId, tried);
    if (!place) throw new RequestError('notFound', 'no such email', { params: { email: emailId } });
    const result = await unlessElsewhere(() => read(place.location, place.path));
    if (result !== null) return result;
    // By now another program may have renamed its mailbox, or it has another UIDVALIDITY: the index learns where it is.
    await unlessElsewhere(() => refreshMailbox(context, place.location.mailboxId, 50));
  }
}

async function untried(
  { index }: ImapContext,
  emailId: Id,
  tried: Set<string>,
): Promise<{ location: Location; path: string } | null> {
  for (const location of await index.locations([emailId])) {
    const { uidValidity, uid } = location;
    const path = (await index.mailbox(location.mailboxId))?.wire?.path;
    const place = `${uidValidity} ${uid} ${path}`;
    if (path === undefined || tried.has(place)) continue;
    tried.add(place);
    return { location, path };
  }
  return null;
}

/** null: what the index says of the mailbox is no longer so. */
export async function unlessElsewhere<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MailError && (error.code === 'notFound' || error.code === 'stateMismatch'))
      return null;
    throw error;
  }
}
