/**
 * Foo/changes (RFC 8620 §5.2) from the counters of the rows: what was made, changed and destroyed since, oldest first.
 * Each event has a counter of its own, so that the answer can end after any of them.
 */
import { sql } from 'kysely';
import type { Id, State } from '@/lib/jmap/types';
import { type AccountRow, sinceCounter, stateOf } from './account-row';
import type { Sql } from './bulk';
import { COUNT_NAMES } from './mailbox-row';
import type { Changes } from './types';

export type IndexedType = 'Mailbox' | 'Email' | 'Thread';

const TABLES: Record<IndexedType, string> = { Mailbox: 'mailbox', Email: 'email', Thread: 'thread' };

interface Event {
  id: Id;
  counter: number;
  kind: 'created' | 'updated' | 'destroyed';
  /** Of the object: what is younger than the state is unknown to the client. */
  created_at: number;
  /** Of a mailbox: the last change of more than counts. */
  properties_at: number;
}

/** @throws cannotCalculateChanges */
export async function readChanges(
  context: Sql,
  account: AccountRow,
  type: IndexedType,
  sinceState: State,
  max: number,
): Promise<Changes> {
  const since = sinceCounter(account, sinceState);
  const events = since === account.counter ? [] : await eventsSince(context, account, type, since, max + 1);
  const { told, rest } = cut(events, max);
  const to = rest ? (told.at(-1)?.counter ?? since) : account.counter;
  const created = new Set<Id>();
  const updated = new Set<Id>();
  const destroyed = new Set<Id>();
  for (const event of told) if (event.kind === 'created') created.add(event.id);
  for (const { kind, id, created_at } of told) {
    if (created.has(id)) continue;
    if (kind === 'updated') updated.add(id);
    // Made and destroyed since: the client never knew it.
    if (kind === 'destroyed' && created_at <= since) destroyed.add(id);
  }
  const changes: Changes = {
    oldState: sinceState,
    newState: stateOf({ ...account, counter: to }),
    hasMoreChanges: rest,
    created: [...created],
    updated: [...updated],
    destroyed: [...destroyed],
  };
  if (type !== 'Mailbox') return changes;
  const countsOnly = told.every(({ kind, properties_at }) => kind !== 'updated' || properties_at <= since);
  return { ...changes, updatedProperties: updated.size > 0 && countsOnly ? [...COUNT_NAMES] : null };
}

/**
 * At most `max` objects; several events of one object count once. Each of the three lists was read to `max + 1`, so that
 * the first `max + 1` events of all are complete and those behind may not be.
 */
function cut(events: Event[], max: number): { told: Event[]; rest: boolean } {
  const ids = new Set<Id>();
  for (const [position, { id }] of events.entries()) {
    ids.add(id);
    if (ids.size > max || position > max) return { told: events.slice(0, position), rest: true };
  }
  return { told: events, rest: false };
}

async function eventsSince(
  { db }: Sql,
  account: AccountRow,
  type: IndexedType,
  since: number,
  limit: number,
): Promise<Event[]> {
  const table = sql.table(TABLES[type]);
  const properties = sql.raw(type === 'Mailbox' ? 'properties_at' : '0');
  const changed = (column: 'created_at' | 'updated_at', kind: string) => sql`
    select * from (select id, ${sql.ref(column)} as counter, ${sql.lit(kind)} as kind, created_at,
      ${properties} as properties_at from ${table}
      where account = ${account.key} and ${sql.ref(column)} > ${since}
      order by ${sql.ref(column)} limit ${limit}) as ${sql.raw(kind)}`;
  const { rows } = await sql<Event>`${changed('created_at', 'created')}
    union all ${changed('updated_at', 'updated')}
    union all select * from (select id, destroyed_at as counter, 'destroyed' as kind, created_at, 0 as properties_at
      from tombstone where account = ${account.key} and type = ${type} and destroyed_at > ${since}
      order by destroyed_at limit ${limit}) as destroyed
    order by counter`.execute(db);
  return rows;
}
