/**
 * All states of a user's accounts: the id of an event (RFC 8620 §7.3). A client that comes back with it is told at once what
 * it missed.
 */
import type { Runtime } from '@/lib/account/runtime';
import type { Id, StateChange, TypeName } from '@/lib/jmap/types';

export type States = StateChange['changed'];
/** A longer id would not fit into a request header; without one the client is told everything. */
const MAX_ID = 6000;

export async function currentStates(
  { accounts, identities, outbox, told }: Runtime,
  userId: string,
): Promise<States> {
  const states: States = {};
  for (const { id } of await accounts.list(userId)) {
    const { index } = await accounts.openOwned(userId, id);
    const mail = await index.state();
    states[id] = {
      Mailbox: mail,
      Email: mail,
      EmailDelivery: mail,
      Thread: mail,
      Identity: await identities.state(id),
      EmailSubmission: await outbox.state(id),
      ...(await told.of(id)),
    };
  }
  return states;
}

export function encodeStates(states: States): string {
  const id = Buffer.from(JSON.stringify(states)).toString('base64url');
  return id.length > MAX_ID ? '' : id;
}

/** What is not as the client knows it; all of it when its id cannot be read. */
export function missed(lastEventId: string, now: States): States {
  const known = decodeStates(lastEventId);
  const changed: States = {};
  for (const [accountId, states] of Object.entries(now)) {
    const before = known[accountId] ?? {};
    const moved = Object.entries(states).filter(([type, state]) => before[type as TypeName] !== state);
    if (moved.length > 0) changed[accountId] = Object.fromEntries(moved);
  }
  return changed;
}

export function merge(states: States, changed: States): States {
  const merged = { ...states };
  for (const [accountId, each] of Object.entries(changed))
    merged[accountId] = { ...merged[accountId], ...each };
  return merged;
}

/** Only the types that were asked for. */
export function only(states: States, types: ReadonlySet<string> | null): States {
  if (types === null) return states;
  const kept: Record<Id, States[string]> = {};
  for (const [accountId, each] of Object.entries(states)) {
    const wanted = Object.entries(each).filter(([type]) => types.has(type));
    if (wanted.length > 0) kept[accountId] = Object.fromEntries(wanted);
  }
  return kept;
}

function decodeStates(id: string): States {
  try {
    const value: unknown = JSON.parse(Buffer.from(id, 'base64url').toString());
    return isStates(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isStates(value: unknown): value is States {
  const isObject = (each: unknown) => typeof each === 'object' && each !== null && !Array.isArray(each);
  return isObject(value) && Object.values(value as object).every(isObject);
}
