/** The mailboxes of a local account: six with a role from the start, and the user's own. They exist only here. */
import type { Pop3Settings } from '@/lib/account/record';
import { RequestError } from '@/lib/errors';
import { hashId, randomId } from '@/lib/index/ids';
import type { AccountIndex, MailboxInput, MailboxRow } from '@/lib/index/types';
import type { Id, MailboxRights, MailboxRole } from '@/lib/jmap/types';
import type { MailboxCreate, MailboxPatch } from '@/lib/source/source';

/** The page shows its own words for roles; these names are for other clients. */
const ROLES: [MailboxRole, string][] = [
  ['inbox', 'Inbox'],
  ['drafts', 'Drafts'],
  ['sent', 'Sent'],
  ['archive', 'Archive'],
  ['junk', 'Junk'],
  ['trash', 'Trash'],
];
/** RFC 8621 §2: at most 255 octets. */
const MAX_NAME = 255;
const MAX_DEPTH = 20;
const MAX_MAILBOXES = 2_000;

const OWN: MailboxRights = {
  mayReadItems: true,
  mayAddItems: true,
  mayRemoveItems: true,
  maySetSeen: true,
  maySetKeywords: true,
  mayCreateChild: true,
  mayRename: true,
  mayDelete: true,
  maySubmit: true,
};
const WITH_ROLE: MailboxRights = { ...OWN, mayRename: false, mayDelete: false };

export class LocalMailboxes {
  readonly #index: AccountIndex;
  #made: Promise<void> | null = null;

  constructor(index: AccountIndex) {
    this.#index = index;
  }

  /** Their ids follow from the account, so two processes that start at once make the same six. */
  roleId(role: MailboxRole): Id {
    return hashId('b', this.#index.accountId, role);
  }

  ensure(): Promise<void> {
    this.#made ??= this.#makeRoles().catch((error) => {
      this.#made = null;
      throw error;
    });
    return this.#made;
  }

  /** Where mail that is collected goes. A mailbox that the user has removed since is no reason to lose mail. */
  async target({
    targetMailboxId,
    skipInbox,
  }: Pick<Pop3Settings, 'targetMailboxId' | 'skipInbox'>): Promise<Id> {
    if (targetMailboxId !== null && (await this.#index.mailbox(targetMailboxId))) return targetMailboxId;
    return this.roleId(skipInbox ? 'archive' : 'inbox');
  }

  async #makeRoles(): Promise<void> {
    const known = new Set((await this.#index.mailboxes()).map(({ id }) => id));
    const missing = ROLES.filter(([role]) => !known.has(this.roleId(role)));
    if (missing.length === 0) return;
    await this.#index.write(async (writer) => {
      for (const [role, name] of missing) {
        const sortOrder = ROLES.findIndex(([other]) => other === role) + 1;
        const id = this.roleId(role);
        await writer.putMailbox({ ...fresh(id, name, null), role, sortOrder, rights: WITH_ROLE });
      }
    });
  }

  async create({ name, parentId, isSubscribed }: MailboxCreate): Promise<Id> {
    const all = await this.#index.mailboxes();
    if (all.length >= MAX_MAILBOXES)
      throw new RequestError('limitExceeded', 'too many mailboxes', { params: { max: MAX_MAILBOXES } });
    const checked = checkName(name);
    checkPlace(all, null, checked, parentId);
    const id = randomId('b');
    await this.#index.write((writer) =>
      writer.putMailbox({ ...fresh(id, checked, parentId), isSubscribed, sortOrder: 10 }),
    );
    return id;
  }

  async update(id: Id, patch: MailboxPatch): Promise<void> {
    const all = await this.#index.mailboxes();
    const row = find(all, id);
    const name = patch.name === undefined ? row.name : checkName(patch.name);
    const parentId = patch.parentId === undefined ? row.parentId : patch.parentId;
    if (name !== row.name || parentId !== row.parentId) {
      if (!row.rights.mayRename) throw new RequestError('forbidden', 'a mailbox with a role stays as it is');
      checkPlace(all, id, name, parentId);
    }
    const isSubscribed = patch.isSubscribed ?? row.isSubscribed;
    const { role, sortOrder, rights } = row;
    await this.#index.write((writer) =>
      writer.putMailbox({ ...fresh(id, name, parentId), role, sortOrder, rights, isSubscribed }),
    );
  }

  /** @throws notFound, forbidden */
  async checkDestroy(id: Id): Promise<void> {
    const row = find(await this.#index.mailboxes(), id);
    if (!row.rights.mayDelete) throw new RequestError('forbidden', 'a mailbox with a role stays');
  }

  async exist(ids: Id[]): Promise<void> {
    const known = new Set((await this.#index.mailboxes()).map(({ id }) => id));
    if (!ids.every((id) => known.has(id))) throw new RequestError('notFound', 'no such mailbox');
  }

  /** Where a search without mailboxes looks: not among what was thrown away. */
  async searched(): Promise<Id[]> {
    const rows = await this.#index.mailboxes();
    return rows.filter(({ role }) => role !== 'junk' && role !== 'trash').map(({ id }) => id);
  }
}

function fresh(id: Id, name: string, parentId: Id | null): MailboxInput {
  return {
    id,
    name,
    parentId,
    role: null,
    sortOrder: 10,
    isSubscribed: true,
    rights: OWN,
    wire: null,
    serverTotal: null,
    serverUnread: null,
  };
}

function find(all: MailboxRow[], id: Id): MailboxRow {
  const row = all.find((mailbox) => mailbox.id === id);
  if (!row) throw new RequestError('notFound', 'no such mailbox');
  return row;
}

/** Names are only ever shown, so everything but control characters is a name; NFC (RFC 8621 §2, RFC 5198). */
function checkName(name: string): string {
  const normal = name.normalize('NFC');
  const isBad = normal.trim() === '' || Buffer.byteLength(normal) > MAX_NAME || /\p{Cc}|\p{Cs}/u.test(normal);
  if (isBad)
    throw new RequestError('invalidProperties', 'not a mailbox name', { params: { properties: 'name' } });
  return normal;
}

/** RFC 8621 §2: no circles, no two siblings of one name. */
function checkPlace(all: MailboxRow[], id: Id | null, name: string, parentId: Id | null): void {
  const params = { properties: 'parentId' };
  let depth = 0;
  for (let at = parentId; at !== null; depth++) {
    const parent = all.find((mailbox) => mailbox.id === at);
    if (!parent || at === id || depth >= MAX_DEPTH) {
      throw new RequestError('invalidProperties', 'cannot be put there', { params });
    }
    at = parent.parentId;
  }
  const sibling = all.find((other) => other.parentId === parentId && other.name === name && other.id !== id);
  if (sibling) {
    throw new RequestError('alreadyExists', 'a sibling has this name', {
      params: { existingId: sibling.id },
    });
  }
}
