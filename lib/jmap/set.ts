/** The parts of /set that all types share (RFC 8620 §5.3): limits, ifInState, what came of each object. */
import type { Context } from './context';
import { LIMITS } from './limits';
import { MethodError, toSetError } from './method-error';
import type { Id, JsonObject, SetError, State } from './types';

export interface SetArgs {
  accountId: Id;
  ifInState: State | null;
  create: Record<Id, JsonObject> | null;
  update: Record<Id, JsonObject> | null;
  destroy: Id[] | null;
}

export function checkSetSize(args: SetArgs): void {
  const count =
    Object.keys(args.create ?? {}).length +
    Object.keys(args.update ?? {}).length +
    (args.destroy?.length ?? 0);
  if (count > LIMITS.maxObjectsInSet) {
    throw new MethodError('requestTooLarge', `At most ${LIMITS.maxObjectsInSet} objects at once`);
  }
}

export function checkState(ifInState: State | null, state: State): void {
  if (ifInState !== null && ifInState !== state)
    throw new MethodError('stateMismatch', `The state is ${state}`);
}

/** Collects the outcome of each object; one that fails does not stop the others. */
export class SetOutcome {
  readonly #context: Context;
  readonly created: Record<Id, object> = {};
  readonly updated: Record<Id, object | null> = {};
  readonly destroyed: Id[] = [];
  readonly notCreated: Record<Id, SetError> = {};
  readonly notUpdated: Record<Id, SetError> = {};
  readonly notDestroyed: Record<Id, SetError> = {};

  constructor(context: Context) {
    this.#context = context;
  }

  /** `work` gives the properties that the client does not know yet. */
  async create(creationId: Id, work: () => Promise<{ id: Id }>): Promise<void> {
    try {
      const object = await work();
      this.created[creationId] = object;
      this.#context.createdIds.set(creationId, object.id);
    } catch (error) {
      this.notCreated[creationId] = toSetError(error);
    }
  }

  async update(id: Id, work: () => Promise<object | null>): Promise<void> {
    try {
      this.updated[id] = await work();
    } catch (error) {
      this.notUpdated[id] = toSetError(error);
    }
  }

  async destroy(id: Id, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.destroyed.push(id);
    } catch (error) {
      this.notDestroyed[id] = toSetError(error);
    }
  }

  get hasFailed(): boolean {
    const failures = [this.notCreated, this.notUpdated, this.notDestroyed];
    return failures.some((each) => Object.keys(each).length > 0);
  }

  /** Nothing was made, changed or destroyed. */
  get isEmpty(): boolean {
    const done = [this.created, this.updated];
    return this.destroyed.length === 0 && done.every((each) => Object.keys(each).length === 0);
  }

  response(accountId: Id, oldState: State, newState: State): object {
    return { accountId, oldState, newState, ...this.results() };
  }

  results(): object {
    return {
      created: orNull(this.created),
      updated: orNull(this.updated),
      destroyed: this.destroyed.length > 0 ? this.destroyed : null,
      notCreated: orNull(this.notCreated),
      notUpdated: orNull(this.notUpdated),
      notDestroyed: orNull(this.notDestroyed),
    };
  }
}

export function orNull<T>(record: Record<Id, T>): Record<Id, T> | null {
  return Object.keys(record).length > 0 ? record : null;
}
