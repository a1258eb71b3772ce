/** CREATE, RENAME, SUBSCRIBE, DELETE, and the index after them (gateway.md 2.4). */
import { CommandError, RequestError } from '@/lib/errors';
import { createMailbox as create, deleteMailbox, renameMailbox, subscribe } from '@/lib/imap/mailboxes';
import type { ImapSession } from '@/lib/imap/session';
import type { MailboxRow } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { MailboxCreate, MailboxPatch } from '@/lib/source/source';
import type { ImapContext } from './context';
import { refreshMailboxes } from './refresh-mailboxes';

/** Servers keep them as file names. */
const MAX_NAME = 255;

/** Words about a name, not about what is there already or how full it is. */
const REFUSED: ReadonlySet<string> = new Set(['commandFailed', 'forbidden', 'notFound', 'invalidProperties']);

const SPECIAL_USE: Partial<Record<string, string>> = {
  archive: '\\Archive',
  drafts: '\\Drafts',
  sent: '\\Sent',
  junk: '\\Junk',
  trash: '\\Trash',
};

export async function createMailbox(context: ImapContext, mailbox: MailboxCreate): Promise<Id> {
  const parent = mailbox.parentId ? await requireMailbox(context, mailbox.parentId) : null;
  const isPlain = (await context.index.mailboxes()).some(({ parentId, wire }) => {
    return parentId === null && wire !== null && wire.path.toUpperCase() !== 'INBOX';
  });
  const path = await context.pool.interactive(
    async (session) => {
      const path = await createUnder(session, parent, mailbox, isPlain);
      if (mailbox.isSubscribed) await subscribe(session, path, true);
      return path;
    },
    { retry: false },
  );
  await refreshMailboxes(context);
  const row = (await context.index.mailboxes()).find(({ wire }) => wire?.path === path);
  if (!row) throw new RequestError('serverFail', 'the server does not list what it created');
  return row.id;
}

/**
 * Where no NAMESPACE tells of a prefix, a server that refuses a name beside INBOX may take it under INBOX.
 * @param isPlain something is beside INBOX: it was the name that is refused
 * @returns its path
 */
async function createUnder(
  session: ImapSession,
  parent: MailboxRow | null,
  { name, role }: MailboxCreate,
  isPlain: boolean,
): Promise<string> {
  const use = SPECIAL_USE[role ?? ''] ?? null;
  const { namespace } = session;
  const path = pathUnder(parent, name, namespace);
  try {
    await create(session, path, use);
    return path;
  } catch (error) {
    const mayBeOther = !parent && !isPlain && namespace.prefix === '' && !session.has('NAMESPACE');
    if (!mayBeOther || !(error instanceof CommandError) || !REFUSED.has(error.code)) throw error;
    const under = pathUnder(parent, name, { ...namespace, prefix: `INBOX${namespace.delimiter}` });
    await create(session, under, use);
    return under;
  }
}

export async function updateMailbox(context: ImapContext, id: Id, patch: MailboxPatch): Promise<void> {
  const row = await requireMailbox(context, id);
  const wire = row.wire;
  if (!wire) throw new RequestError('notFound', 'no such mailbox');
  const newPath = await renamedPath(context, row, patch);
  await context.pool.interactive(
    async (session) => {
      const path = newPath ?? wire.path;
      if (newPath !== null) {
        await renameMailbox(session, wire.path, newPath);
        // Subscriptions belong to names, not to mailboxes (RFC 3501 §6.3.6).
        if (row.isSubscribed) await subscribe(session, wire.path, false);
      }
      const subscribed = patch.isSubscribed ?? row.isSubscribed;
      if (newPath !== null ? subscribed : patch.isSubscribed !== undefined) {
        await subscribe(session, path, subscribed);
      }
    },
    { retry: false },
  );
  if (newPath !== null) await movePaths(context, wire.path, newPath, wire.delimiter);
  await refreshMailboxes(context);
}

export async function destroyMailbox(context: ImapContext, id: Id): Promise<void> {
  const { wire, isSubscribed } = await requireMailbox(context, id);
  if (!wire) throw new RequestError('notFound', 'no such mailbox');
  await context.pool.interactive(
    async (session) => {
      await deleteMailbox(session, wire.path);
      if (isSubscribed) await subscribe(session, wire.path, false);
    },
    { retry: false },
  );
  await context.index.write((writer) => writer.removeMailbox(id));
}

async function renamedPath(
  context: ImapContext,
  row: MailboxRow,
  patch: MailboxPatch,
): Promise<string | null> {
  if (patch.name === undefined && patch.parentId === undefined) return null;
  const parentId = patch.parentId === undefined ? row.parentId : patch.parentId;
  const parent = parentId ? await requireMailbox(context, parentId) : null;
  const namespace = await context.pool.interactive(async (session) => session.namespace);
  const path = pathUnder(parent, patch.name ?? row.name, namespace);
  return path === row.wire?.path ? null : path;
}

/** Always under the personal namespace: `INBOX.` on Courier and cPanel (gateway.md pitfall 12). */
function pathUnder(
  parent: MailboxRow | null,
  name: string,
  namespace: { prefix: string; delimiter: string },
): string {
  const delimiter = parent?.wire?.delimiter ?? namespace.delimiter;
  if (name === '' || name.length > MAX_NAME || name.includes(delimiter) || /\p{Cc}/u.test(name)) {
    throw new RequestError('invalidProperties', 'a name without the delimiter and control characters', {
      params: { properties: 'name' },
    });
  }
  return parent?.wire ? `${parent.wire.path}${delimiter}${name}` : `${namespace.prefix}${name}`;
}

/** The mailbox and its children keep their ids under the new path. */
async function movePaths(context: ImapContext, from: string, to: string, delimiter: string): Promise<void> {
  const rows = await context.index.mailboxes();
  const moved = rows.flatMap(({ id, wire }) =>
    wire && (wire.path === from || wire.path.startsWith(from + delimiter))
      ? [{ id, old: wire.path, path: to + wire.path.slice(from.length) }]
      : [],
  );
  await context.index.write(async (writer) => {
    for (const { id, path } of moved) await writer.setWire(id, { path });
  });
  for (const { old, path } of moved) await context.putOff.rename(old, path);
}

async function requireMailbox(context: ImapContext, id: Id): Promise<MailboxRow> {
  const row = await context.index.mailbox(id);
  if (!row) throw new RequestError('notFound', 'no such mailbox', { params: { mailbox: id } });
  return row;
}
