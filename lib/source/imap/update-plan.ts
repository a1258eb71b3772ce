/** What a set of patches comes to on the wire, batched by mailbox: STOREs of differences, COPYs, MOVEs, removals. Pure. */
import { type MailError, RequestError } from '@/lib/errors';
import type { EmailRow, Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { EmailPatch } from '@/lib/source/source';
import { flagOf } from './keywords';

export interface StoreStep {
  mailboxId: Id;
  sign: '+' | '-';
  flags: string[];
  locations: Location[];
}

export interface TransferStep {
  from: Id;
  to: Id;
  locations: Location[];
}

export interface RemoveStep {
  mailboxId: Id;
  locations: Location[];
}

/** Tells of UIDs as soon as the server has done them: what comes after may fail. */
export type Done = (uids: Iterable<number>) => void;

export interface UpdatePlan {
  stores: StoreStep[];
  copies: TransferStep[];
  moves: TransferStep[];
  removals: RemoveStep[];
  refused: Map<Id, MailError>;
}

export function planUpdates(
  patches: EmailPatch[],
  rows: ReadonlyMap<Id, EmailRow>,
  locations: ReadonlyMap<Id, Location[]>,
): UpdatePlan {
  const stores = new Map<string, StoreStep>();
  const copies = new Map<string, TransferStep>();
  const moves = new Map<string, TransferStep>();
  const removals = new Map<string, RemoveStep>();
  const refused = new Map<Id, MailError>();
  for (const patch of patches) {
    const here = locations.get(patch.id) ?? [];
    if (!rows.has(patch.id) || here.length === 0) {
      refused.set(patch.id, new RequestError('notFound', 'no such email'));
      continue;
    }
    const held = new Set(here.map(({ mailboxId }) => mailboxId));
    const added = patch.addMailboxes.filter((id) => !held.has(id));
    const leaving = here.filter(({ mailboxId }) => patch.removeMailboxes.includes(mailboxId));
    if (leaving.length === here.length && added.length === 0) {
      refused.set(patch.id, new RequestError('invalidProperties', 'an email is in at least one mailbox'));
      continue;
    }
    planKeywords(stores, patch, here);
    planMailboxes({ copies, moves, removals }, added, here, leaving);
  }
  return {
    stores: [...stores.values()],
    copies: [...copies.values()],
    moves: [...moves.values()],
    removals: [...removals.values()],
    refused,
  };
}

/** Written to every location, also to those about to be left: a move takes the flags along. */
function planKeywords(stores: Map<string, StoreStep>, patch: EmailPatch, here: Location[]): void {
  const changes: ['+' | '-', string[]][] = [
    ['+', patch.addKeywords.map(flagOf)],
    ['-', patch.removeKeywords.map(flagOf)],
  ];
  for (const [sign, flags] of changes) {
    if (flags.length === 0) continue;
    for (const location of here) {
      const key = [location.mailboxId, sign, ...flags].join(' ');
      const step = stores.get(key) ?? { mailboxId: location.mailboxId, sign, flags, locations: [] };
      step.locations.push(location);
      stores.set(key, step);
    }
  }
}

interface Steps {
  copies: Map<string, TransferStep>;
  moves: Map<string, TransferStep>;
  removals: Map<string, RemoveStep>;
}

/** The first mailbox left and the first one entered make a move; the other ones are copies and removals. */
function planMailboxes(steps: Steps, added: Id[], here: Location[], leaving: Location[]): void {
  const [mover, ...left] = leaving;
  const [target, ...copied] = mover ? added : [undefined, ...added];
  const origin = mover ?? here[0];
  if (!origin) return;
  for (const to of copied) if (to) addTransfer(steps.copies, origin, to);
  if (mover && target) addTransfer(steps.moves, mover, target);
  const removed = mover && !target ? leaving : left;
  for (const location of removed) {
    const step = steps.removals.get(location.mailboxId) ?? { mailboxId: location.mailboxId, locations: [] };
    step.locations.push(location);
    steps.removals.set(location.mailboxId, step);
  }
}

function addTransfer(steps: Map<string, TransferStep>, location: Location, to: Id): void {
  const key = `${location.mailboxId} ${to}`;
  const step = steps.get(key) ?? { from: location.mailboxId, to, locations: [] };
  step.locations.push(location);
  steps.set(key, step);
}
