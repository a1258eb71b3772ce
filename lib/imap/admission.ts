/**
 * At most four connections to one host are set up at a time, each slot held for a moment: a start with hundreds of
 * accounts must not look like an attack (gateway.md 4, Admission). Who waits for an answer goes before who waits for news.
 */
import type { ConnectionUse } from './transcript';

const SLOTS = 4;
const SLOT_MS = 200;

interface Gate {
  free: number;
  first: (() => void)[];
  others: (() => void)[];
}

const gates = new Map<string, Gate>();

export async function admitted<T>(host: string, use: ConnectionUse, connect: () => Promise<T>): Promise<T> {
  const gate = gates.get(host) ?? { free: SLOTS, first: [], others: [] };
  gates.set(host, gate);
  const queue = use === 'interactive' ? gate.first : gate.others;
  if (gate.free > 0) gate.free -= 1;
  else await new Promise<void>((resolve) => queue.push(resolve));
  const since = Date.now();
  try {
    return await connect();
  } finally {
    setTimeout(() => release(host, gate), Math.max(0, SLOT_MS - (Date.now() - since))).unref();
  }
}

function release(host: string, gate: Gate): void {
  const next = gate.first.shift() ?? gate.others.shift();
  if (next) {
    next();
    return;
  }
  gate.free += 1;
  if (gate.free === SLOTS) gates.delete(host);
}
