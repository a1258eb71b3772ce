import { z } from 'zod';
import { type IdentityInput, MAX_SIGNATURE } from '@/lib/account/identities';
import { changesLimit, changesResponse } from '@/lib/jmap/changes';
import { checkProperties, getResponse, wantedIds } from '@/lib/jmap/get';
import { type Methods, method } from '@/lib/jmap/method';
import { invalidProperties, propertiesOf, refuse } from '@/lib/jmap/method-error';
import { applyPatch } from '@/lib/jmap/patch';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, SetOutcome } from '@/lib/jmap/set';
import { type Identity, type JsonObject, SUBMISSION } from '@/lib/jmap/types';

const PROPERTIES = new Set([
  'id',
  'name',
  'email',
  'replyTo',
  'bcc',
  'textSignature',
  'htmlSignature',
  'mayDelete',
]);
/** No CR, LF or NUL may come near a header (security.md S17). */
const line = z
  .string()
  .max(1000)
  .regex(/^\P{Cc}*$/u, 'control characters');
const address = z.strictObject({ name: line.nullable().default(null), email: line });
const addresses = z.array(address).max(100).nullable().default(null);
const signature = z.string().max(MAX_SIGNATURE).default('');
const settable = z.strictObject({
  name: line.default(''),
  email: line.regex(/^[^\s<>@]+@[^\s<>@]+$/, 'not an address'),
  replyTo: addresses,
  bcc: addresses,
  textSignature: signature,
  htmlSignature: signature,
});

/** RFC 8621 §6. */
export const identity: Methods = {
  'Identity/get': method(SUBMISSION, z.strictObject(schema.get), async (args, context) => {
    const { record } = await context.account(args.accountId);
    const ids = wantedIds(args.ids, context);
    const properties = checkProperties(args.properties, PROPERTIES);
    const all = await context.runtime.identities.list(record);
    const state = await context.runtime.identities.state(record.id);
    const found = all.filter(({ id }) => !ids || ids.includes(id));
    return getResponse(record.id, state, found, { ids, properties });
  }),

  'Identity/changes': method(SUBMISSION, schema.changes, async (args, context) => {
    const { id } = await context.account(args.accountId);
    const changes = await context.runtime.identities.changes(
      id,
      args.sinceState,
      changesLimit(args.maxChanges),
    );
    return changesResponse(id, changes);
  }),

  'Identity/set': method(SUBMISSION, z.strictObject(schema.set), async (args, context) => {
    checkSetSize(args);
    const { record } = await context.account(args.accountId);
    const { identities, hub } = context.runtime;
    const known = new Map((await identities.list(record)).map((each) => [each.id, each]));
    const oldState = await identities.state(record.id);
    checkState(args.ifInState, oldState);
    const outcome = new SetOutcome(context);
    const existing = (id: string): Identity => {
      const found = known.get(id);
      if (!found) throw refuse('notFound', 'There is no such identity');
      return found;
    };
    for (const [creationId, object] of Object.entries(args.create ?? {})) {
      await outcome.create(creationId, async () => {
        const { id, mayDelete } = await identities.create(record, checked(object));
        return { id, mayDelete };
      });
    }
    for (const [given, patch] of Object.entries(args.update ?? {})) {
      await outcome.update(given, async () => {
        const { id, mayDelete, ...before } = existing(context.resolve(given));
        const after = checked(withoutServerSet(applyPatch(toJson(before), patch), { id, mayDelete }));
        if (after.email !== before.email)
          throw invalidProperties(['email'], 'The address of an identity is fixed');
        await identities.update(record.id, id, after);
        return null;
      });
    }
    for (const given of args.destroy ?? []) {
      await outcome.destroy(given, async () => {
        const { id, mayDelete } = existing(context.resolve(given));
        if (!mayDelete) throw refuse('forbidden', "The account's own identity stays");
        await identities.destroy(record.id, id);
      });
    }
    const newState = await identities.state(record.id);
    if (newState !== oldState) hub.publish(record.userId, record.id, { Identity: newState });
    return outcome.response(record.id, oldState, newState);
  }),
};

function checked(object: JsonObject): IdentityInput {
  const result = settable.safeParse(object);
  if (result.success) return result.data;
  throw invalidProperties(propertiesOf(result.error), result.error.issues[0]?.message ?? 'invalid');
}

function toJson(identity: IdentityInput): JsonObject {
  return JSON.parse(JSON.stringify(identity));
}

function withoutServerSet(object: JsonObject, fixed: { id: string; mayDelete: boolean }): JsonObject {
  const { id = fixed.id, mayDelete = fixed.mayDelete, ...rest } = object;
  if (id !== fixed.id) throw invalidProperties(['id'], 'The id is fixed');
  if (mayDelete !== fixed.mayDelete) throw invalidProperties(['mayDelete'], 'mayDelete is set by the server');
  return rest;
}
