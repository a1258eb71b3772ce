/** Sends changes in their order: shown before they are sent, kept while offline, rolled back when refused. */
import {
  type Change,
  change as changeOf,
  dropPending,
  inParts,
  settle,
  toSetArguments,
  touched,
  withoutRefused,
} from '@/lib/client/change';
import { faultOf, JmapFault, LinkFault, type Transport } from '@/lib/client/jmap';
import type { KeptChange, KeptChanges } from '@/lib/client/kept-changes';
import type { Store } from '@/lib/client/store';
import type { Id, SetError, State } from '@/lib/jmap/types';

interface SetAnswer {
  oldState: State | null;
  newState: State;
  notUpdated?: Record<Id, SetError> | null;
  notDestroyed?: Record<Id, SetError> | null;
}

interface Waiting {
  accountId: Id;
  change: Change;
  /** Under which it is kept in this browser until it is answered. */
  kept?: string;
  /** Told of this change alone, besides what everybody is told. */
  onRefused?: (ids: ReadonlySet<Id>) => void;
}

export interface Refusal {
  accountId: Id;
  ids: Id[];
  fault: JmapFault;
}

const FLASH_MS = 4_000;

/** RFC 8620 §2, maxObjectsInSet: our server takes as many in one call. */
const MAX_OBJECTS = 500;

export class ChangeQueue {
  #waiting: Waiting[] = [];
  #flight: Promise<void> | null = null;
  #kept: KeptChanges | null = null;

  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
    private readonly onRefused: (refusal: Refusal) => void,
  ) {}

  /** From now on what waits outlives the page; what earlier pages left is sent as well. */
  start(kept: KeptChanges): () => void {
    this.#kept = kept;
    return kept.start(this.store.accountIds, (left) => this.#takeOver(left));
  }

  add(accountId: Id, change: Change, onRefused?: Waiting['onRefused']): void {
    for (const part of inParts(change, MAX_OBJECTS)) {
      this.#show(accountId, part);
      const kept = this.#kept?.keep({ accountId, patches: part.patches, destroy: part.destroy });
      this.#waiting.push({
        accountId,
        change: part,
        ...(kept !== undefined && { kept }),
        ...(onRefused && { onRefused }),
      });
    }
    this.#tell();
    void this.flush();
  }

  /** Older than anything done here, but what is being sent cannot be overtaken. */
  #takeOver(left: readonly KeptChange[]): void {
    const taken = left.map(({ key, accountId, patches, destroy }) => {
      const change = changeOf(patches, destroy);
      this.#show(accountId, change);
      return { accountId, change, kept: key };
    });
    this.#waiting.splice(this.#flight ? 1 : 0, 0, ...taken);
    this.#tell();
    void this.flush();
  }

  #show(accountId: Id, change: Change): void {
    this.store.update(accountId, (account) => ({ ...account, pending: [...account.pending, change] }));
  }

  #tell(): void {
    this.store.setLink({ waiting: this.#waiting.length });
  }

  /** One at a time: an undo must not overtake what it undoes. Resolves when all is answered, or nothing more can be sent now. */
  flush(): Promise<void> {
    if (this.#waiting.length > 0) this.#flight ??= this.#drain();
    return this.#flight ?? Promise.resolve();
  }

  async #drain(): Promise<void> {
    try {
      for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
        if (!(await this.#send(next))) return;
        this.#waiting.shift();
        if (next.kept !== undefined) this.#kept?.answered(next.kept);
        this.#tell();
      }
    } finally {
      this.#flight = null;
    }
  }

  /** False when the link is down or the session ended: the change stays where it is. */
  async #send(waiting: Waiting): Promise<boolean> {
    const { accountId, change } = waiting;
    try {
      const answers = await this.transport.call([
        ['Email/set', { accountId, ...toSetArguments(change) }, 'set'],
      ]);
      this.#answered(waiting, answers.of<SetAnswer>('set'));
    } catch (error) {
      if (error instanceof LinkFault) {
        this.store.setLink({ offline: true });
        return false;
      }
      if (error instanceof JmapFault && error.code === 'notSignedIn') return false;
      this.#refuse(waiting, new Set(touched(change)), faultOf(error));
    }
    return true;
  }

  #answered(waiting: Waiting, answer: SetAnswer): void {
    const { accountId, change } = waiting;
    // A message that is not there any more needs no roll-back: /changes tells the same.
    const errors = Object.entries({ ...answer.notUpdated, ...answer.notDestroyed }).filter(
      ([, { type }]) => type !== 'notFound',
    );
    const first = errors[0];
    if (first) this.#refuse(waiting, new Set(errors.map(([id]) => id)), setFault(first[1]));
    else this.store.update(accountId, (account) => settle(account, change));
    this.store.setLink({ offline: false, lastHeard: Date.now() });
    this.store.update(accountId, (account) => {
      // Nobody else changed anything since: our own echo needs no /changes.
      if (account.states.Email !== answer.oldState) return account;
      return { ...account, states: { ...account.states, Email: answer.newState } };
    });
  }

  #refuse({ accountId, change, onRefused }: Waiting, refused: ReadonlySet<Id>, fault: JmapFault): void {
    const taken = withoutRefused(change, refused);
    this.store.update(accountId, (account) => {
      const next =
        Object.keys(taken.patches).length + taken.destroy.length > 0
          ? settle(account, taken)
          : dropPending(account, change.id);
      return { ...next, refused };
    });
    setTimeout(() => {
      this.store.update(accountId, (account) =>
        account.refused === refused ? { ...account, refused: new Set() } : account,
      );
    }, FLASH_MS);
    onRefused?.(refused);
    this.onRefused({ accountId, ids: [...refused], fault });
  }
}

function setFault(error: SetError): JmapFault {
  return new JmapFault(
    error['gatepost:code'] ?? error.type,
    error['gatepost:serverText'] ?? error.description,
  );
}
