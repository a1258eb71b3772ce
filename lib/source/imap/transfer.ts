/** COPY and MOVE of a batch from one mailbox to another, and where each message is afterwards. */
import { CommandError, ConnectionError } from '@/lib/errors';
import { type Copied, copyMessages, moveMessages } from '@/lib/imap/change';
import { isUnknownCommand } from '@/lib/imap/errors';
import type { ImapSession } from '@/lib/imap/session';
import { uidSets } from '@/lib/imap/uid-set';
import type { Location } from '@/lib/index/types';

import { findArrivals } from './arrivals';
import { type ImapContext, type WiredMailbox, wiredMailbox } from './context';
import type { Effects } from './effects';
import { selectFor } from './locate';
import { removeMessages } from './remove';
import { isLarge, mayLose, wholeCopies } from './shrunk-copies';
import type { Done, TransferStep } from './update-plan';

export async function transfer(
  context: ImapContext,
  step: TransferStep & { done: Done },
  keep: boolean,
  effects: Effects,
): Promise<void> {
  const [from, to] = await Promise.all([wiredMailbox(context, step.from), wiredMailbox(context, step.to)]);
  const work = new Transfer(context, { from, to, keep, done: step.done }, step.locations, effects);
  await context.pool.interactive((session) => work.run(session));
}

/** One command line. `asked`: a COPY that may have been done, as its answer was not seen. */
interface Batch {
  set: string;
  uids: number[];
  locations: Location[];
  state: 'unasked' | 'asked' | 'there';
  /** Looked at before the originals go. */
  isDoubtful: boolean;
}

function batchesOf(locations: Location[], isDoubtful: boolean): Batch[] {
  return uidSets(locations.map(({ uid }) => uid)).map(({ set, uids }) => {
    const among = new Set(uids);
    const here = locations.filter(({ uid }) => among.has(uid));
    return { set, uids, locations: here, state: 'unasked', isDoubtful };
  });
}

interface Way {
  from: WiredMailbox;
  to: WiredMailbox;
  /** In `from` as well. */
  keep: boolean;
  done: Done;
}

/** Runs again on a new connection when the first one breaks, and goes on where that was (security.md R17). */
class Transfer {
  readonly #locations: Location[];
  #left: Batch[] | null = null;
  /** A copy was not as large as its original. */
  #lost = false;
  /** Those of which the server did not say where they are. */
  readonly #unknown: Location[] = [];

  constructor(
    readonly context: ImapContext,
    readonly way: Way,
    locations: Location[],
    readonly effects: Effects,
  ) {
    this.#locations = locations;
  }

  /** What must be looked at goes last: what comes of it stops nothing else. */
  #batches(session: ImapSession): Batch[] {
    const isDoubtful = (location: Location) => mayLose(session) && isLarge(location, this.effects.rows);
    const [plain, doubtful] = [false, true].map((wanted) =>
      this.#locations.filter((location) => isDoubtful(location) === wanted),
    );
    return [...batchesOf(plain ?? [], false), ...batchesOf(doubtful ?? [], true)];
  }

  async run(session: ImapSession): Promise<void> {
    const { way } = this;
    this.#left ??= this.#batches(session);
    const left = this.#left;
    if (left[0]?.state === 'asked') await this.#recognise(session, left[0]);
    try {
      for (let batch = left[0]; batch; batch = left[0]) {
        await selectFor(session, way.from.wire.path, batch.locations);
        await this.#send(session, batch);
        left.shift();
        way.done(batch.uids);
      }
      if (this.#lost) throw new CommandError('commandFailed', 'a copy lost a part of the message');
    } finally {
      // Also of those before the one that was refused: they are there.
      if (session.alive) await this.#find(session);
    }
  }

  async #find(session: ImapSession): Promise<void> {
    const { context, way, effects } = this;
    if (this.#unknown.length === 0) return;
    const { uidValidity, uids } = await findArrivals(context, session, this.#unknown, way.to, effects.rows);
    for (const [emailId, uid] of uids) effects.added(emailId, way.to.id, uidValidity, uid);
    this.#unknown.length = 0;
  }

  /** On the selected mailbox. A MOVE that is sent again finds nothing more to move; a COPY would copy once more. */
  async #send(session: ImapSession, batch: Batch): Promise<void> {
    const { way, effects } = this;
    const atomic = !way.keep && !batch.isDoubtful && session.has('MOVE');
    if (batch.state === 'unasked') {
      if (!atomic) batch.state = 'asked';
      const copied = atomic
        ? await this.#move(session, batch)
        : await copyMessages(session, batch.set, way.to.wire.path);
      if (copied === 'unknown') return this.#send(session, batch);
      if (batch.isDoubtful) await this.#look(session, batch, copied);
      else this.#arrived(batch.locations, copied);
      batch.state = 'there';
    }
    if (way.keep || batch.uids.length === 0) return;
    const gone = atomic || (await removeMessages(this.context, session, batch.uids));
    effects.left(batch.locations, batch.uids, gone);
  }

  /** `unknown`: it offers MOVE and does not know it (security.md R18). */
  async #move(session: ImapSession, batch: Batch): Promise<Copied | null | 'unknown'> {
    try {
      return await moveMessages(session, batch.set, this.way.to.wire.path);
    } catch (error) {
      if (!isUnknownCommand(error)) throw error;
      session.doubt('MOVE');
      return 'unknown';
    }
  }

  /** Of the batch only what arrived whole stays: the rest is not done. */
  async #look(session: ImapSession, batch: Batch, copied: Copied | null): Promise<void> {
    const { context, way, effects } = this;
    const { locations } = batch;
    const said = copied && {
      uidValidity: copied.uidValidity,
      uids: new Map(locations.map(({ emailId, uid }) => [emailId, copied.uids.get(uid) ?? 0])),
    };
    const { uidValidity, uids } = await wholeCopies(context, session, {
      ...{ locations, rows: effects.rows, to: way.to, said },
    });
    for (const [emailId, uid] of uids) effects.added(emailId, way.to.id, uidValidity, uid);
    await selectFor(session, way.from.wire.path, locations);
    const whole = locations.filter(({ emailId }) => uids.has(emailId));
    this.#lost ||= whole.length < locations.length;
    batch.locations = whole;
    batch.uids = whole.map(({ uid }) => uid);
  }

  #arrived(locations: Location[], copied: Copied | null): void {
    const { to } = this.way;
    const sameMailbox = to.wire.uidValidity === 0 || to.wire.uidValidity === copied?.uidValidity;
    for (const location of locations) {
      const target = sameMailbox ? copied?.uids.get(location.uid) : undefined;
      if (copied && target) this.effects.added(location.emailId, to.id, copied.uidValidity, target);
      else this.#unknown.push(location);
    }
  }

  /** @throws connectionLost unless all are in the target since: what cannot be told is neither copied nor removed */
  async #recognise(session: ImapSession, batch: Batch): Promise<void> {
    const { context, effects } = this;
    const { to } = this.way;
    const { uidValidity, uids } = await findArrivals(context, session, batch.locations, to, effects.rows);
    const isNew = (uid = 0) => uid > 0 && uid >= to.wire.uidNext;
    const same = to.wire.uidValidity === 0 || to.wire.uidValidity === uidValidity;
    if (!same || !batch.locations.every(({ emailId }) => isNew(uids.get(emailId)))) {
      throw new ConnectionError('connectionLost', 'the answer to COPY was lost');
    }
    for (const [emailId, uid] of uids) effects.added(emailId, to.id, uidValidity, uid);
    batch.state = 'there';
  }
}
