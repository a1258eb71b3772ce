import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import { uploadBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import type { Scripts } from '@/lib/account/sieve/scripts';
import { CommandError } from '@/lib/errors';
import type { Context } from '@/lib/jmap/context';
import { filterMatcher } from '@/lib/jmap/filter';
import { checkProperties, getResponse, wantedIds } from '@/lib/jmap/get';
import { MAX_SCRIPT_NAME } from '@/lib/jmap/limits';
import { type Methods, method } from '@/lib/jmap/method';
import {
  checkedObject,
  invalidProperties,
  isMissing,
  MethodError,
  refuse,
  SetRefusal,
  toSetError,
} from '@/lib/jmap/method-error';
import { noteFilters, requirePerson } from '@/lib/jmap/person';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, SetOutcome } from '@/lib/jmap/set';
import { withScripts } from '@/lib/jmap/sieve';
import { checkSort } from '@/lib/jmap/sort';
import { type Comparator, type Id, type JsonObject, SIEVE, type State } from '@/lib/jmap/types';
import { windowOf } from '@/lib/jmap/window';
import type { ScriptName } from '@/lib/sieve/client';
import { SIEVE_LIMITS } from '@/lib/sieve/limits';

const MAX_SCRIPT = SIEVE_LIMITS.literal;
const PROPERTIES = new Set(['id', 'name', 'blobId', 'isActive']);

const name = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= MAX_SCRIPT_NAME, 'too long')
  .regex(/^[^\p{Cc}\u2028\u2029]+$/u, 'control characters');
const createShape = z.strictObject({ name: name.nullable().default(null), blobId: schema.id });
const updateShape = z.strictObject({ name: name.optional(), blobId: schema.id.optional() });
const setArgs = z.strictObject({
  ...schema.set,
  onSuccessActivateScript: schema.id.nullable().default(null),
  onSuccessDeactivateScript: z.boolean().default(false),
});
const condition = z.strictObject({ name: z.string().optional(), isActive: z.boolean().optional() });

/** RFC 9661. */
export const sieveScript: Methods = {
  'SieveScript/get': method(SIEVE, z.strictObject(schema.get), async (args, context) => {
    const account = await context.account(args.accountId);
    const ids = wantedIds(args.ids, context);
    const properties = checkProperties(args.properties, PROPERTIES);
    return withScripts(account, context, async (scripts) => {
      const all = await scripts.list();
      const found = [];
      for (const script of all.filter((each) => !ids || ids.includes(idOf(each.name)))) {
        const needsBlob = properties === null || properties.includes('blobId');
        const blobId = needsBlob ? await blobOf(await scripts.get(script.name), account, context) : null;
        found.push({ id: idOf(script.name), name: script.name, blobId, isActive: script.isActive });
      }
      return getResponse(account.id, await tell(scripts, account, context), found, { ids, properties });
    });
  }),

  'SieveScript/query': method(SIEVE, z.strictObject(schema.query), async (args, context) => {
    const account = await context.account(args.accountId);
    const matches = filterMatcher(args.filter, condition, (script: ScriptName, wanted) => {
      if (wanted.isActive !== undefined && script.isActive !== wanted.isActive) return false;
      return wanted.name === undefined || script.name.includes(wanted.name);
    });
    const compare = comparison(args.sort ?? []);
    return withScripts(account, context, async (scripts) => {
      const all = await scripts.list();
      const ids = all
        .filter(matches)
        .sort(compare)
        .map((script) => idOf(script.name));
      return {
        accountId: account.id,
        queryState: queryStateOf(all),
        canCalculateChanges: false,
        ...windowOf(ids, args),
        ...(args.calculateTotal ? { total: ids.length } : {}),
      };
    });
  }),

  'SieveScript/set': method(SIEVE, setArgs, async (args, context) => {
    checkSetSize(args);
    const { onSuccessActivateScript: activate, onSuccessDeactivateScript: deactivate } = args;
    if (activate !== null && deactivate)
      throw new MethodError('invalidArguments', 'Either a script is activated or none is active');
    const account = await context.account(args.accountId);
    await requirePerson(context);
    const outcome = new SetOutcome(context);
    return withScripts(account, context, async (scripts) => {
      const oldState = await scripts.state();
      checkState(args.ifInState, oldState);
      const setter = new ScriptSetter(scripts, account, context);
      for (const [creationId, object] of Object.entries(args.create ?? {}))
        await outcome.create(creationId, () => setter.create(object));
      for (const [given, patch] of Object.entries(args.update ?? {})) {
        const id = context.resolve(given);
        await outcome.update(id, () => setter.update(id, patch));
      }
      for (const id of (args.destroy ?? []).map((given) => context.resolve(given)))
        await outcome.destroy(id, () => setter.destroy(id));
      // RFC 9661 §2.4: only when everything that was asked for was done.
      if (!outcome.hasFailed && (activate !== null || deactivate))
        await setter.activate(activate === null ? null : context.resolve(activate), outcome);
      if (!outcome.isEmpty || activate !== null || deactivate) await noteFilters(context, account.id);
      return outcome.response(account.id, oldState, await tell(scripts, account, context));
    });
  }),

  'SieveScript/validate': method(
    SIEVE,
    z.strictObject({ accountId: schema.id, blobId: schema.id }),
    async (args, context) => {
      const account = await context.account(args.accountId);
      return withScripts(account, context, async (scripts) => {
        try {
          await scripts.check(await contentOf(args.blobId, account, context));
          return { accountId: account.id, error: null };
        } catch (error) {
          if (!(error instanceof CommandError) && !(error instanceof SetRefusal)) throw error;
          return { accountId: account.id, error: toSetError(error) };
        }
      });
    },
  ),
};

class ScriptSetter {
  readonly #scripts: Scripts;
  readonly #account: Account;
  readonly #context: Context;

  constructor(scripts: Scripts, account: Account, context: Context) {
    this.#scripts = scripts;
    this.#account = account;
    this.#context = context;
  }

  async create(object: JsonObject): Promise<{ id: Id }> {
    const wanted = checkedObject(createShape, object);
    const script = await contentOf(wanted.blobId, this.#account, this.#context);
    const known = await this.#scripts.list();
    const scriptName = wanted.name ?? freeName(known);
    this.#checkFree(scriptName, known);
    await this.#scripts.put(scriptName, script);
    const told = { id: idOf(scriptName), isActive: false };
    return wanted.name === null ? ({ ...told, name: scriptName } as { id: Id }) : told;
  }

  async update(id: Id, patch: JsonObject): Promise<JsonObject | null> {
    const { name: before, isActive } = await this.#existing(id);
    const { id: _id = id, isActive: given = isActive, ...rest } = patch;
    if (_id !== id || given !== isActive)
      throw invalidProperties(['isActive'], 'A script is activated by onSuccessActivateScript');
    const wanted = checkedObject(updateShape, rest);
    if (wanted.blobId !== undefined)
      await this.#scripts.put(before, await contentOf(wanted.blobId, this.#account, this.#context));
    if (wanted.name !== undefined && wanted.name !== before) {
      this.#checkFree(wanted.name, await this.#scripts.list());
      await this.#scripts.rename(before, wanted.name);
    }
    return null;
  }

  async destroy(id: Id): Promise<void> {
    await this.#scripts.remove((await this.#existing(id)).name);
  }

  /** What became active or is so no longer is told as updated (RFC 9661 §2.4). */
  async activate(id: Id | null, outcome: SetOutcome): Promise<void> {
    const before = await this.#scripts.list();
    const wanted = id === null ? null : before.find((script) => idOf(script.name) === id);
    if (wanted === undefined || wanted?.isActive) return;
    await this.#scripts.activate(wanted?.name ?? null);
    const active = before.find(({ isActive }) => isActive);
    if (active) outcome.updated[idOf(active.name)] = { isActive: false };
    if (!wanted || id === null) return;
    const made = Object.values(outcome.created).find((object) => 'id' in object && object.id === id);
    if (made) Object.assign(made, { isActive: true });
    else outcome.updated[id] = { isActive: true };
  }

  async #existing(id: Id): Promise<ScriptName> {
    const found = (await this.#scripts.list()).find((script) => idOf(script.name) === id);
    if (!found) throw refuse('notFound', 'There is no such script');
    return found;
  }

  #checkFree(scriptName: string, known: ScriptName[]): void {
    if (known.some((script) => script.name === scriptName))
      throw refuse('alreadyExists', 'There is a script of this name', { existingId: idOf(scriptName) });
  }
}

/** The server knows scripts by their names only. */
function idOf(scriptName: string): Id {
  return `f${createHash('sha256').update(scriptName).digest('hex').slice(0, 24)}`;
}

/** How they stand, and to whoever listens if that is new. */
async function tell(scripts: Scripts, account: Account, { runtime }: Context): Promise<State> {
  const state = await scripts.state();
  await runtime.told.tell(account.record, 'SieveScript', state);
  return state;
}

/** Of a query: of what it can filter and sort by. */
function queryStateOf(scripts: ScriptName[]): State {
  return createHash('sha256').update(JSON.stringify(scripts)).digest('hex').slice(0, 16);
}

async function blobOf(script: string, account: Account, { runtime }: Context): Promise<Id> {
  const { sha256 } = await runtime.uploads.add(account.id, Buffer.from(script), MAX_SCRIPT);
  return uploadBlobId(sha256);
}

async function contentOf(blobId: Id, account: Account, context: Context): Promise<string> {
  const id = context.resolve(blobId);
  try {
    return (await new Blobs(account, context.runtime.uploads).read(id, MAX_SCRIPT)).toString();
  } catch (error) {
    if (isMissing(error)) throw refuse('blobNotFound', 'There is no such blob', { notFound: [id] });
    throw error;
  }
}

function freeName(known: ScriptName[]): string {
  const names = new Set(known.map((script) => script.name));
  for (let number = 1; ; number += 1) if (!names.has(`script ${number}`)) return `script ${number}`;
}

function comparison(sort: Comparator[]): (a: ScriptName, b: ScriptName) => number {
  checkSort(sort, ['name', 'isActive']);
  return (a, b) => {
    for (const { property, isAscending } of sort) {
      const order =
        property === 'name' ? a.name.localeCompare(b.name) : Number(a.isActive) - Number(b.isActive);
      if (order !== 0) return isAscending === false ? -order : order;
    }
    return a.name < b.name ? -1 : 1;
  };
}
