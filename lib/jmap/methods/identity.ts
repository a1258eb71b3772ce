import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import { type IdentityInput, MAX_SIGNATURE } from '@/lib/account/identities';
import type { AccountRecord } from '@/lib/account/record';
import { sendingAccount, sendingServer } from '@/lib/account/sending-account';
import { changesLimit, changesResponse } from '@/lib/jmap/changes';
import type { Context } from '@/lib/jmap/context';
import { checkProperties, getResponse, wantedIds } from '@/lib/jmap/get';
import { type Methods, method } from '@/lib/jmap/method';
import { checkedObject, invalidProperties, refuse } from '@/lib/jmap/method-error';
import { applyPatch } from '@/lib/jmap/patch';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, SetOutcome } from '@/lib/jmap/set';
import { checkProvider } from '@/lib/jmap/submission/sender';
import { type Identity, type JsonObject, type OfOutgoing, SUBMISSION } from '@/lib/jmap/types';
import { visible } from '@/lib/jmap/visible';

const PROPERTIES = new Set([
  'id',
  'name',
  'email',
  'replyTo',
  'bcc',
  'textSignature',
  'htmlSignature',
  'mayDelete',
  'gatepost:sentMailboxId',
  'gatepost:outgoingAccountId',
  'gatepost:outgoingHost',
  'gatepost:maxRecipients',
  'gatepost:maxSize',
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
  /** `*@own.domain`: any address there (RFC 8621 §6). */
  email: line.regex(/^[^\s<>@]+@[^\s<>@]+$/, 'not an address'),
  replyTo: addresses,
  bcc: addresses,
  textSignature: signature,
  htmlSignature: signature,
  'gatepost:sentMailboxId': schema.id.nullable().default(null),
  'gatepost:outgoingAccountId': schema.id.nullable().default(null),
});

const DEFAULTS = { name: '', textSignature: '', htmlSignature: '' };

/** RFC 8621 §6. */
export const identity: Methods = {
  'Identity/get': method(SUBMISSION, z.strictObject(schema.get), async (args, context) => {
    const { record } = await context.account(args.accountId);
    const ids = wantedIds(args.ids, context);
    const properties = checkProperties(args.properties, PROPERTIES);
    const all = await context.runtime.identities.list(record);
    const state = await context.runtime.identities.state(record.id);
    const found = all.filter(({ id }) => !ids || ids.includes(id));
    const list: Identity[] = [];
    for (const each of found)
      list.push(visible({ ...each, ...(await ofServer(record, each, context)) }, context));
    return getResponse(record.id, state, list, { ids, properties });
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
    const account = await context.account(args.accountId);
    const { record } = account;
    const { identities, senderServers, hub } = context.runtime;
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
        const wanted = checked(object);
        await checkPlaces(account, wanted, context);
        const made = await identities.create(record, wanted);
        known.set(made.id, made);
        return { id: made.id, mayDelete: made.mayDelete };
      });
    }
    for (const [given, patch] of Object.entries(args.update ?? {})) {
      const id = context.resolve(given);
      await outcome.update(id, async () => {
        const { id: _id, mayDelete, ...before } = existing(id);
        const fixed = { id, mayDelete, ...(await ofServer(record, { ...before, id }, context)) };
        const after = checked(withoutServerSet(applyPatch(toJson(before), patch, DEFAULTS), fixed));
        if (after.email !== before.email)
          throw invalidProperties(['email'], 'The address of an identity is fixed');
        await checkPlaces(account, after, context, id);
        await identities.update(record.id, id, after);
        return null;
      });
    }
    for (const id of (args.destroy ?? []).map((given) => context.resolve(given))) {
      await outcome.destroy(id, async () => {
        const { mayDelete } = existing(id);
        if (!mayDelete) throw refuse('forbidden', "The account's own identity stays");
        await identities.destroy(record.id, id);
        await senderServers.remove(record.id, id);
      });
    }
    const newState = await identities.state(record.id);
    if (newState !== oldState) hub.publish(record.userId, record.id, { Identity: newState });
    return outcome.response(record.id, oldState, newState);
  }),
};

/** Of the server that its mail goes out by. */
async function ofServer(
  record: AccountRecord,
  identity: Pick<Identity, 'id' | 'email' | 'gatepost:outgoingAccountId'>,
  { runtime }: Context,
): Promise<Required<Pick<Identity, OfOutgoing>>> {
  const own = (await runtime.senderServers.list(record.id)).get(identity.id);
  const { outgoing } = await sendingServer(record, identity, runtime);
  const takes = outgoing ? await runtime.outbox.takes(record.id, outgoing) : null;
  return {
    'gatepost:outgoingHost': own?.host ?? null,
    'gatepost:maxRecipients': takes?.recipients ?? null,
    'gatepost:maxSize': takes?.bytes ?? null,
  };
}

const checked = (object: JsonObject): IdentityInput => checkedObject(settable, object);

/** The mailbox is there, the other account is the user's own, and the outgoing server is not known to refuse the address. */
async function checkPlaces(
  account: Account,
  identity: IdentityInput,
  context: Context,
  id = '',
): Promise<void> {
  const { accounts } = context.runtime;
  const mailboxId = identity['gatepost:sentMailboxId'];
  if (mailboxId && !(await account.mailboxes()).some(({ id }) => id === mailboxId))
    throw invalidProperties(['gatepost:sentMailboxId'], 'There is no such mailbox');
  const by = await sendingAccount(account.record, identity, accounts);
  const chosen = identity['gatepost:outgoingAccountId'];
  if (chosen && (by.id !== chosen || !by.outgoing))
    throw invalidProperties(['gatepost:outgoingAccountId'], 'There is no such account that sends');
  checkProvider(await sendingServer(account.record, { ...identity, id }, context.runtime), identity.email);
}

function toJson(identity: IdentityInput): JsonObject {
  return JSON.parse(JSON.stringify(identity));
}

type ServerSet = Required<Pick<Identity, 'id' | 'mayDelete' | OfOutgoing>>;

function withoutServerSet(object: JsonObject, fixed: ServerSet): JsonObject {
  const rest = { ...object };
  for (const [name, value] of Object.entries(fixed)) {
    if (name in rest && rest[name] !== value) throw invalidProperties([name], `${name} is set by the server`);
    delete rest[name];
  }
  return rest;
}
