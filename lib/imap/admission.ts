/**
 * At most four connections to one host are set up at a time, each slot held for a moment: a start with hundreds of
 * accounts must not look like an attack (gateway.md 4, Admission). Who waits for an answer goes before who waits for news,
 * and a connection that the server leaves unanswered stands in nobody's way.
 */
import type { ConnectionUse } from './transcript';

const SLOTS = 4;
const SLOT_MS = 200;
/** Of a slot whose connection is not set up by then. */
const HELD_MS = 2_000;

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
  let held: NodeJS.Timeout | null = setTimeout(() => {
    held = null;
    release(host, gate);
  }, HELD_MS).unref();
  try {
    return await connect();
  } finally {
    if (held) {
      clearTimeout(held);
      setTimeout(() => release(host, gate), Math.max(0, SLOT_MS - (Date.now() - since))).unref();
    }
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
