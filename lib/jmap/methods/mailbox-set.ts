import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import type { MailboxRow } from '@/lib/index/types';
import type { Context } from '@/lib/jmap/context';
import { toMailbox } from '@/lib/jmap/mailbox';
import { type Methods, method } from '@/lib/jmap/method';
import { invalidProperties, propertiesOf, refuse } from '@/lib/jmap/method-error';
import { applyPatch } from '@/lib/jmap/patch';
import * as schema from '@/lib/jmap/schema';
import { MAX_MAILBOX_NAME } from '@/lib/jmap/session';
import { checkSetSize, checkState, SetOutcome } from '@/lib/jmap/set';
import { type Id, type JsonObject, MAIL, type MailboxRole } from '@/lib/jmap/types';
import type { Source } from '@/lib/source/source';

const setArgs = z.strictObject({ ...schema.set, onDestroyRemoveEmails: z.boolean().default(false) });
/** A mailbox that is about to go is read once more: its count must not be older than the mail in it. */
const WINDOW = 50;

const settable = z.strictObject({
  name: z.string(),
  parentId: schema.id.nullable().default(null),
  role: z
    .enum(['inbox', 'archive', 'drafts', 'sent', 'junk', 'trash', 'all', 'flagged', 'important', 'snoozed'])
    .nullable()
    .default(null),
  sortOrder: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  isSubscribed: z.boolean().default(true),
});
type Settable = z.infer<typeof settable>;
const DEFAULTS = { sortOrder: 0 };

/** RFC 8621 §2.5. */
export const mailboxSet: Methods = {
  'Mailbox/set': method(MAIL, setArgs, async (args, context) => {
    checkSetSize(args);
    const account = await context.account(args.accountId);
    await account.mailboxes();
    const outcome = new SetOutcome(context);
    return account.write(async (source) => {
      const oldState = await account.index.state();
      checkState(args.ifInState, oldState);
      const setter = new MailboxSetter(account, source, context);
      for (const [creationId, object] of creationOrder(args.create ?? {})) {
        await outcome.create(creationId, () => setter.create(object));
      }
      for (const [given, patch] of Object.entries(args.update ?? {})) {
        const id = context.resolve(given);
        await outcome.update(id, () => setter.update(id, patch));
      }
      for (const id of await setter.childrenFirst(
        (args.destroy ?? []).map((each) => context.resolve(each)),
      )) {
        await outcome.destroy(id, () => setter.destroy(id, args.onDestroyRemoveEmails));
      }
      return outcome.response(account.id, oldState, await account.index.state());
    });
  }),
};

class MailboxSetter {
  readonly #account: Account;
  readonly #source: Source;
  readonly #context: Context;

  constructor(account: Account, source: Source, context: Context) {
    this.#account = account;
    this.#source = source;
    this.#context = context;
  }

  async create(object: JsonObject): Promise<{ id: Id }> {
    const wanted = await this.#checked(object, null);
    if (wanted.role !== null) await this.#checkRoleIsFree(wanted.role);
    const { name, parentId, role, isSubscribed, sortOrder } = wanted;
    const id = await this.#source.createMailbox({ name, parentId, role, isSubscribed });
    if (object.sortOrder !== undefined)
      await this.#account.index.write((writer) => writer.setSortOrder(id, sortOrder));
    const created = toMailbox(await this.#existing(id));
    const known = new Set(Object.keys(object));
    // What the client gave itself need not be told, unless the server made something else of it.
    return Object.fromEntries(
      Object.entries(created).filter(
        ([key, value]) => key === 'id' || !known.has(key) || value !== object[key],
      ),
    ) as { id: Id };
  }

  /** @returns what the server made something else of */
  async update(id: Id, patch: JsonObject): Promise<JsonObject | null> {
    const row = await this.#existing(id);
    const before = mutable(row);
    const after = await this.#checked(applyPatch({ ...toMailboxJson(row), ...before }, patch, DEFAULTS), row);
    if (after.role !== row.role) throw invalidProperties(['role'], 'The role of a mailbox is not changed');
    const moves = after.name !== row.name || after.parentId !== row.parentId;
    if (moves && !row.rights.mayRename) throw refuse('forbidden', 'This mailbox cannot be renamed or moved');
    const changed = {
      ...(after.name === row.name ? {} : { name: after.name }),
      ...(after.parentId === row.parentId ? {} : { parentId: after.parentId }),
      ...(after.isSubscribed === row.isSubscribed ? {} : { isSubscribed: after.isSubscribed }),
    };
    if (Object.keys(changed).length > 0) await this.#source.updateMailbox(id, changed);
    if (after.sortOrder !== row.sortOrder) {
      await this.#account.index.write((writer) => writer.setSortOrder(id, after.sortOrder));
    }
    return (patch.name ?? after.name) === after.name ? null : { name: after.name };
  }

  async destroy(id: Id, removeEmails: boolean): Promise<void> {
    const row = await this.#existing(id);
    if (!row.rights.mayDelete) throw refuse('forbidden', 'This mailbox cannot be removed');
    const all = await this.#account.index.mailboxes();
    if (all.some(({ parentId }) => parentId === id))
      throw refuse('mailboxHasChild', 'There are mailboxes in it');
    if (!removeEmails) {
      if (row.wire?.selectable !== false) await this.#source.refreshMailbox(id, WINDOW);
      const { totalEmails } = await this.#existing(id);
      if (totalEmails > 0) throw refuse('mailboxHasEmail', 'There are emails in it');
    }
    await this.#source.destroyMailbox(id);
  }

  /** So that a tree can be removed in one call. */
  async childrenFirst(ids: Id[]): Promise<Id[]> {
    const parents = new Map(
      (await this.#account.index.mailboxes()).map(({ id, parentId }) => [id, parentId]),
    );
    const depth = (id: Id | null | undefined, steps = 0): number =>
      id == null || steps > parents.size ? 0 : 1 + depth(parents.get(id), steps + 1);
    return [...new Set(ids)].sort((a, b) => depth(b) - depth(a));
  }

  async #existing(id: Id): Promise<MailboxRow> {
    const row = await this.#account.index.mailbox(id);
    if (!row) throw refuse('notFound', 'There is no such mailbox');
    return row;
  }

  async #checked(object: JsonObject, row: MailboxRow | null): Promise<Settable> {
    const result = settable.safeParse(row ? withoutServerSet(object, row) : object);
    if (!result.success) {
      throw invalidProperties(propertiesOf(result.error), result.error.issues[0]?.message ?? 'invalid');
    }
    const wanted = { ...result.data, name: result.data.name.normalize('NFC') };
    if (wanted.parentId !== null) wanted.parentId = this.#context.resolve(wanted.parentId);
    if (!isName(wanted.name)) throw invalidProperties(['name'], 'This cannot be the name of a mailbox');
    await this.#checkPlace(wanted, row);
    return wanted;
  }

  async #checkPlace({ name, parentId }: Settable, row: MailboxRow | null): Promise<void> {
    const all = await this.#account.index.mailboxes();
    const twin = all.find(
      (other) => other.parentId === parentId && other.name === name && other.id !== row?.id,
    );
    if (twin)
      throw refuse('alreadyExists', 'The name is taken', { properties: ['name'], existingId: twin.id });
    if (parentId === null || parentId === row?.parentId) return;
    const byId = new Map(all.map((each) => [each.id, each]));
    const parent = byId.get(parentId);
    if (!parent) throw invalidProperties(['parentId'], 'There is no such parent');
    if (!parent.rights.mayCreateChild) throw refuse('forbidden', 'Nothing can be put under this mailbox');
    for (
      let up: MailboxRow | undefined = parent;
      up;
      up = up.parentId === null ? undefined : byId.get(up.parentId)
    ) {
      if (up.id === row?.id) throw invalidProperties(['parentId'], 'A mailbox cannot be put under itself');
    }
  }

  async #checkRoleIsFree(role: MailboxRole): Promise<void> {
    const taken = (await this.#account.index.mailboxes()).some((mailbox) => mailbox.role === role);
    if (taken) throw invalidProperties(['role'], 'Another mailbox has this role');
  }
}

/** RFC 8621 §2: Net-Unicode, at least one character, no control characters. */
function isName(name: string): boolean {
  return name.trim() !== '' && Buffer.byteLength(name) <= MAX_MAILBOX_NAME && !/\p{Cc}|\p{Cs}/u.test(name);
}

function mutable({ name, parentId, role, sortOrder, isSubscribed }: MailboxRow): Settable {
  return { name, parentId, role, sortOrder, isSubscribed };
}

function toMailboxJson(row: MailboxRow): JsonObject {
  const { myRights, ...plain } = toMailbox(row);
  return { ...plain, myRights: { ...myRights } };
}

/** RFC 8620 §5.3: a client may send back what the server set, if it is the same. */
function withoutServerSet(object: JsonObject, row: MailboxRow): JsonObject {
  const now = toMailboxJson(row);
  const kept = Object.entries(object).filter(
    ([name, value]) => name in settable.shape || JSON.stringify(value) !== JSON.stringify(now[name]),
  );
  return Object.fromEntries(kept);
}

/** Parents that are created in the same call come first. */
function creationOrder(create: Record<Id, JsonObject>): [Id, JsonObject][] {
  const left = new Map(Object.entries(create));
  const ordered: [Id, JsonObject][] = [];
  const visit = (creationId: Id) => {
    const object = left.get(creationId);
    if (!object) return;
    left.delete(creationId);
    if (typeof object.parentId === 'string' && object.parentId.startsWith('#'))
      visit(object.parentId.slice(1));
    ordered.push([creationId, object]);
  };
  for (const creationId of Object.keys(create)) visit(creationId);
  return ordered;
}
