/**
 * Texts to begin with or to put in: messages in a folder named like in other mail programs, so that those see them too and nothing
 * of them is kept apart.
 */
import { roleMailbox } from '@/lib/client/actions';
import type { Client } from '@/lib/client/client';
import type { Draft } from '@/lib/client/draft/draft';
import { draftToEmail, type ToPlainText } from '@/lib/client/draft/to-email';
import type { Id, Identity, Mailbox, SetError } from '@/lib/jmap/types';
import { destroyDrafts } from './save-draft';
import { setFault } from './set-fault';

export interface Template {
  id: Id;
  subject: string | null;
  preview: string;
}

const NAMES = /^(?:templates|vorlagen|шаблоны)$/i;
const MAX_TEMPLATES = 100;

interface SetAnswer {
  created?: Record<Id, { id: Id }> | null;
  notCreated?: Record<Id, SetError> | null;
  notUpdated?: Record<Id, SetError> | null;
}

export function templatesFolder(client: Client, accountId: Id): Mailbox | undefined {
  const mailboxes = client.store.view(accountId)?.mailboxes;
  return [...(mailboxes?.values() ?? [])].find(({ name, role }) => role === null && NAMES.test(name));
}

export async function listTemplates(client: Client, accountId: Id): Promise<Template[]> {
  const folder = templatesFolder(client, accountId);
  if (!folder) return [];
  const sort = [{ property: 'subject', isAscending: true }];
  const answers = await client.transport.call([
    ['Email/query', { accountId, filter: { inMailbox: folder.id }, sort, limit: MAX_TEMPLATES }, 'query'],
    [
      'Email/get',
      {
        accountId,
        '#ids': { resultOf: 'query', name: 'Email/query', path: '/ids' },
        properties: ['subject', 'preview'],
      },
      'get',
    ],
  ]);
  return answers.of<{ list: Template[] }>('get').list;
}

/** `folderName`: of the folder that is made with the first one. */
export async function saveTemplate(
  client: Client,
  draft: Draft,
  { identity, plainText, folderName }: { identity: Identity; plainText: ToPlainText; folderName: string },
): Promise<void> {
  const { accountId } = draft;
  const folderId =
    templatesFolder(client, accountId)?.id ?? (await makeFolder(client, accountId, folderName));
  const message = { ...draft, key: crypto.randomUUID(), inReplyTo: null, references: null };
  const create = {
    template: { ...draftToEmail(message, identity, folderId, plainText), keywords: { $seen: true } },
  };
  const answers = await client.transport.call([['Email/set', { accountId, create }, 'save']]);
  const refused = answers.of<SetAnswer>('save').notCreated?.template;
  if (refused) throw setFault(refused);
}

/** Into Trash, like any message: it was nothing that one could write again. */
export async function removeTemplate(client: Client, accountId: Id, id: Id): Promise<void> {
  const trash = roleMailbox(client.store.view(accountId), 'trash');
  if (!trash) return void (await destroyDrafts(client.transport, accountId, [id]));
  const update = { [id]: { mailboxIds: { [trash.id]: true } } };
  const answers = await client.transport.call([['Email/set', { accountId, update }, 'remove']]);
  const refused = answers.of<SetAnswer>('remove').notUpdated?.[id];
  if (refused) throw setFault(refused);
}

async function makeFolder(client: Client, accountId: Id, name: string): Promise<Id> {
  const create = { folder: { name } };
  const answers = await client.transport.call([['Mailbox/set', { accountId, create }, 'make']]);
  const { created, notCreated } = answers.of<SetAnswer>('make');
  const id = created?.folder?.id ?? notCreated?.folder?.existingId;
  if (id === undefined) throw setFault(notCreated?.folder ?? { type: 'serverFail' });
  await client.loader.mailboxes(accountId);
  return id;
}
