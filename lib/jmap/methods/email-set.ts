import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import { Blobs } from '@/lib/account/blobs';
import type { Context } from '@/lib/jmap/context';
import { ComposingRoom, tooMuch } from '@/lib/jmap/email/composing-room';
import { type Planned, planCreated } from '@/lib/jmap/email/create';
import { created } from '@/lib/jmap/email/created';
import { checkMayDestroy, type RightsOver, rightsOver } from '@/lib/jmap/email/rights';
import { toEmailPatch } from '@/lib/jmap/email/update';
import { type Methods, method } from '@/lib/jmap/method';
import { refuse, toSetError } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, type SetArgs, SetOutcome } from '@/lib/jmap/set';
import { type Id, type JsonObject, MAIL } from '@/lib/jmap/types';
import { type EmailAppend, type EmailPatch, MAX_HELD, type Source } from '@/lib/source/source';

const room = new ComposingRoom();

/** RFC 8621 §4.6. */
export const emailSet: Methods = {
  'Email/set': method(MAIL, z.strictObject(schema.set), async (args, context) => {
    checkSetSize(args);
    const account = await context.account(args.accountId);
    const rights = rightsOver(await account.mailboxes());
    const blobs = new Blobs(account, context.runtime.uploads);
    const outcome = new SetOutcome(context);
    const planned = await plan(args.create ?? {}, { account, blobs, rights, context, outcome });
    const bytes = planned.reduce((sum, [, email]) => sum + email.bytes, 0);
    const leave = await room.enter(context.principal.userId, bytes);
    try {
      // Composing reads blobs, perhaps slowly: not while all other writes wait.
      const composed = await compose(planned, outcome);
      return await account.write(async (source) => {
        const oldState = await account.index.state();
        checkState(args.ifInState, oldState);
        for (const [creationId, email] of composed) {
          await outcome.create(creationId, async () => created(account, await source.append(email), email));
        }
        const destroy = [...new Set((args.destroy ?? []).map((id) => context.resolve(id)))];
        await updateEmails(args, { account, source, rights, context, outcome, destroy: new Set(destroy) });
        await destroyEmails(destroy, { account, source, rights, outcome });
        return outcome.response(account.id, oldState, await account.index.state());
      });
    } finally {
      leave();
    }
  }),
};

interface PlanDeps {
  account: Account;
  blobs: Blobs;
  rights: RightsOver;
  context: Context;
  outcome: SetOutcome;
}

async function plan(create: Record<Id, JsonObject>, deps: PlanDeps): Promise<[Id, Planned][]> {
  const hostname = deps.account.record.address.split('@').at(-1) || 'localhost';
  const planned: [Id, Planned][] = [];
  let left = MAX_HELD;
  for (const [creationId, email] of Object.entries(create)) {
    try {
      const one = await planCreated(email, { ...deps, hostname });
      if (one.bytes > left) throw tooMuch('Too much for one call together with the others');
      left -= one.bytes;
      planned.push([creationId, one]);
    } catch (error) {
      deps.outcome.notCreated[creationId] = toSetError(error);
    }
  }
  return planned;
}

async function compose(planned: [Id, Planned][], outcome: SetOutcome): Promise<[Id, EmailAppend][]> {
  const composed: [Id, EmailAppend][] = [];
  for (const [creationId, email] of planned) {
    try {
      composed.push([creationId, await email.compose()]);
    } catch (error) {
      outcome.notCreated[creationId] = toSetError(error);
    }
  }
  return composed;
}

interface UpdateDeps {
  account: Account;
  source: Source;
  rights: RightsOver;
  context: Context;
  outcome: SetOutcome;
  destroy: ReadonlySet<Id>;
}

async function updateEmails(args: SetArgs, deps: UpdateDeps): Promise<void> {
  const { context, outcome, rights } = deps;
  const updates = Object.entries(args.update ?? {}).map(
    ([id, update]) => [context.resolve(id), update] as const,
  );
  const ids = updates.map(([id]) => id);
  const known = await deps.account.index.emails(ids, { withoutStructure: true });
  const rows = new Map(known.map((row) => [row.id, row]));
  const patches: EmailPatch[] = [];
  for (const [id, update] of updates) {
    try {
      const row = rows.get(id);
      if (!row) throw refuse('notFound', 'There is no such Email');
      if (deps.destroy.has(id)) throw refuse('willDestroy', 'The Email is destroyed in the same call');
      patches.push(toEmailPatch(row, update, rights, context));
    } catch (error) {
      outcome.notUpdated[id] = toSetError(error);
    }
  }
  await applyPatches(patches, deps);
}

async function applyPatches(patches: EmailPatch[], { source, outcome }: UpdateDeps): Promise<void> {
  const [needed, idle] = partition(patches, isChange);
  for (const { id } of idle) outcome.updated[id] = null;
  if (needed.length === 0) return;
  const results = await attempt(needed, () => source.updateEmails(needed));
  for (const { id } of needed) {
    const error = results.get(id);
    if (error) outcome.notUpdated[id] = toSetError(error);
    else outcome.updated[id] = null;
  }
}

async function destroyEmails(
  ids: Id[],
  { account, source, rights, outcome }: Omit<UpdateDeps, 'context' | 'destroy'>,
): Promise<void> {
  if (ids.length === 0) return;
  const known = await account.index.emails(ids, { withoutStructure: true });
  const rows = new Map(known.map((row) => [row.id, row]));
  const found: Id[] = [];
  for (const id of ids) {
    try {
      const row = rows.get(id);
      if (!row) throw refuse('notFound', 'There is no such Email');
      checkMayDestroy(row, rights);
      found.push(id);
    } catch (error) {
      outcome.notDestroyed[id] = toSetError(error);
    }
  }
  if (found.length === 0) return;
  const results = await attempt(
    found.map((id) => ({ id })),
    () => source.destroyEmails(found),
  );
  for (const id of found) {
    const error = results.get(id);
    if (error) outcome.notDestroyed[id] = toSetError(error);
    else outcome.destroyed.push(id);
  }
}

/** A failure of the whole (the connection broke) is the failure of each. */
async function attempt(
  objects: { id: Id }[],
  work: () => Promise<Map<Id, unknown>>,
): Promise<ReadonlyMap<Id, unknown>> {
  try {
    return await work();
  } catch (error) {
    return new Map(objects.map(({ id }) => [id, error]));
  }
}

function isChange(patch: EmailPatch): boolean {
  const { addKeywords, removeKeywords, addMailboxes, removeMailboxes } = patch;
  return [addKeywords, removeKeywords, addMailboxes, removeMailboxes].some((list) => list.length > 0);
}

function partition<T>(items: T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
