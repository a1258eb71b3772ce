/** Creating, renaming and deleting mailboxes (RFC 8621 §2.5). Shown when the server has agreed: a name is its to refuse. */
import type { Client } from '@/lib/client/client';
import { setFault } from '@/lib/client/composer/set-fault';
import { JmapFault, LinkFault } from '@/lib/client/jmap';
import { withEntries, without } from '@/lib/client/state';
import type { Id, JsonObject, Mailbox, SetError } from '@/lib/jmap/types';

interface SetAnswer {
  created?: Record<Id, Partial<Mailbox> & { id: Id }> | null;
  destroyed?: Id[] | null;
  notCreated?: Record<Id, SetError> | null;
  notUpdated?: Record<Id, SetError> | null;
  notDestroyed?: Record<Id, SetError> | null;
}

export type MailboxPlace = Pick<Mailbox, 'name' | 'parentId'>;

/** Throws JmapFault, as the others do. */
export async function createMailbox(client: Client, accountId: Id, place: MailboxPlace): Promise<Id> {
  const { created } = await set(client, accountId, { create: { mailbox: { ...place } } });
  const told = created?.mailbox;
  if (!told) throw new JmapFault('serverFail');
  // The server leaves out what it was told (RFC 8620 §5.3).
  if (isWhole(told)) {
    client.store.update(accountId, (account) => {
      const mailbox: Mailbox = { ...place, ...told };
      return account.mailboxes
        ? { ...account, mailboxes: withEntries(account.mailboxes, [mailbox]) }
        : account;
    });
  }
  await client.sync.run(accountId);
  return told.id;
}

export async function renameMailbox(client: Client, accountId: Id, id: Id, name: string): Promise<void> {
  await set(client, accountId, { update: { [id]: { name } } });
  client.store.update(accountId, (account) => {
    const mailbox = account.mailboxes?.get(id);
    return mailbox && account.mailboxes
      ? { ...account, mailboxes: withEntries(account.mailboxes, [{ ...mailbox, name }]) }
      : account;
  });
  await client.sync.run(accountId);
}

/** @param withEmails for ever; without it the server refuses a mailbox that mail has come into meanwhile. */
export async function destroyMailboxes(
  client: Client,
  accountId: Id,
  ids: readonly Id[],
  withEmails: boolean,
): Promise<void> {
  try {
    await set(client, accountId, { destroy: [...ids], onDestroyRemoveEmails: withEmails }, (gone) =>
      client.store.update(accountId, (account) =>
        account.mailboxes ? { ...account, mailboxes: without(account.mailboxes, gone) } : account,
      ),
    );
  } finally {
    await client.sync.run(accountId);
  }
}

/** Each mailbox fails alone: what is gone is told before the first refusal is thrown. */
async function set(
  client: Client,
  accountId: Id,
  change: JsonObject,
  onDestroyed?: (ids: Id[]) => void,
): Promise<SetAnswer> {
  const answers = await client.transport.call([['Mailbox/set', { accountId, ...change }, 'set']]);
  const answer = answers.of<SetAnswer>('set');
  if (answer.destroyed) onDestroyed?.(answer.destroyed);
  const refusals = Object.values({ ...answer.notCreated, ...answer.notUpdated, ...answer.notDestroyed });
  // Somebody else deleted it already: that is what was wanted.
  const refused = refusals.find(({ type }) => !(type === 'notFound' && change.destroy));
  if (refused) throw refused.existingId ? new JmapFault('alreadyExists') : setFault(refused);
  return answer;
}

const isWhole = (told: Partial<Mailbox> & { id: Id }): told is Mailbox =>
  told.myRights !== undefined && told.totalEmails !== undefined;

/** It and all below, parents first. */
export function subtree(mailboxes: ReadonlyMap<Id, Mailbox>, id: Id): Mailbox[] {
  const found = new Set<Mailbox>();
  const walk = (mailbox: Mailbox | undefined) => {
    // A server may name a mailbox as its own ancestor.
    if (!mailbox || found.has(mailbox)) return;
    found.add(mailbox);
    for (const each of mailboxes.values()) if (each.parentId === mailbox.id) walk(each);
  };
  walk(mailboxes.get(id));
  return [...found];
}

/** What a place for mail of one kind (Sent, Trash) is called is the server's; the page shows its own word for it. */
export const mayRename = ({ role, myRights }: Mailbox): boolean => role === null && myRights.mayRename;

export function mayDelete(mailboxes: ReadonlyMap<Id, Mailbox>, id: Id): boolean {
  const all = subtree(mailboxes, id);
  return all.length > 0 && all.every(({ role, myRights }) => role === null && myRights.mayDelete);
}

/** The key of the sentence, and the server's words. */
export function refusalOf(error: JmapFault): { message: string; detail: string | undefined } {
  if (error instanceof LinkFault) return { message: 'error.network', detail: undefined };
  const message = error.code === 'invalidProperties' ? 'folders.badName' : `error.${error.code}`;
  return { message, detail: error.detail };
}
