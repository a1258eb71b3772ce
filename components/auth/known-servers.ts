/**
 * Servers that the user confirmed or typed on this device, so that the next sign-in asks nothing. Host names only: no password and
 * no mail is ever kept in the browser (security.md S35).
 */
import type { Servers } from '@/lib/client/control/types';

const KEY = 'gatepost-servers';
const MAX_KNOWN = 8;

type Known = [address: string, servers: Servers][];

export function knownServers(address: string, storage: Storage = localStorage): Servers | undefined {
  return read(storage).find(([known]) => known === address.toLowerCase())?.[1];
}

export function rememberServers(address: string, servers: Servers, storage: Storage = localStorage): void {
  const key = address.toLowerCase();
  const { kind, incoming, outgoing } = servers;
  const others = read(storage).filter(([known]) => known !== key);
  const all: Known = [[key, { kind, incoming, outgoing }], ...others];
  storage.setItem(KEY, JSON.stringify(all.slice(0, MAX_KNOWN)));
}

export function forgetServers(address: string, storage: Storage = localStorage): void {
  const others = read(storage).filter(([known]) => known !== address.toLowerCase());
  storage.setItem(KEY, JSON.stringify(others));
}

/** Another version, or somebody's hand, may have written there: what does not look right is nothing. */
function read(storage: Storage): Known {
  const text = storage.getItem(KEY);
  if (!text?.startsWith('[[')) return [];
  try {
    const entries: unknown = JSON.parse(text);
    return Array.isArray(entries) ? entries.filter(isKnown) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isKnown(entry: unknown): entry is Known[number] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const servers: Partial<Servers> | null = entry[1];
  return typeof servers?.incoming?.host === 'string' && typeof servers.outgoing?.host === 'string';
}
