/**
 * A draft on the server. An Email is immutable (RFC 8621 §4.1), so each save creates a new one; the old one is destroyed only when the
 * new one is known to exist: in one /set a refused create would not stop the destroy, and the draft would be gone.
 */
import type { Draft } from '@/lib/client/draft/draft';
import { senderOf } from '@/lib/client/draft/sender';
import { draftToEmail, messageIdOf, type ToPlainText } from '@/lib/client/draft/to-email';
import type { Transport } from '@/lib/client/jmap';
import type { EmailBodyPart, Id, Identity, SetError } from '@/lib/jmap/types';
import { setFault } from './set-fault';

export interface SavedDraft {
  emailId: Id;
  messageId: string;
  /** Where each attachment is now: in the new draft itself, so that it outlives the upload and the old draft. */
  blobIds: ReadonlyMap<string, Id>;
}

interface SetAnswer {
  created?: Record<Id, { id: Id }> | null;
  notCreated?: Record<Id, SetError> | null;
  destroyed?: Id[] | null;
  notDestroyed?: Record<Id, SetError> | null;
}

type Parts = Record<'textBody' | 'htmlBody' | 'attachments', EmailBodyPart[]>;

export interface Into {
  transport: Transport;
  identity: Identity;
  draftsId: Id;
  plainText: ToPlainText;
}

export async function createDraft(draft: Draft, into: Into): Promise<SavedDraft> {
  const { accountId } = draft;
  const email = draftToEmail(draft, into.identity, into.draftsId, into.plainText);
  const answers = await into.transport.call([
    ['Email/set', { accountId, create: { draft: email } }, 'save'],
    [
      'Email/get',
      {
        accountId,
        ids: ['#draft'],
        properties: ['textBody', 'htmlBody', 'attachments'],
        bodyProperties: ['blobId', 'name', 'type', 'size', 'cid', 'partId', 'disposition'],
      },
      'saved',
    ],
  ]);
  const { created, notCreated } = answers.of<SetAnswer>('save');
  const refused = notCreated?.draft;
  if (refused) throw setFault(refused);
  const emailId = created?.draft?.id;
  if (!emailId) throw setFault({ type: 'serverFail' });
  const parts = answers.has('saved') ? answers.of<{ list: Parts[] }>('saved').list[0] : undefined;
  const messageId = messageIdOf(draft, senderOf(draft, into.identity).email);
  return { emailId, messageId, blobIds: parts ? blobIdsIn(parts, draft) : new Map() };
}

/** Pictures are found by their id, files by their order, which composing keeps. */
function blobIdsIn({ textBody, htmlBody, attachments }: Parts, draft: Draft): Map<string, Id> {
  const parts = [...attachments, ...htmlBody, ...textBody].filter(({ blobId }) => blobId !== null);
  const files = attachments.filter(({ cid }) => cid === null);
  const blobIds = new Map<string, Id>();
  for (const { key, cid, blobId } of draft.attachments) {
    if (blobId === null) continue;
    const part = cid === null ? files.shift() : parts.find((one) => one.cid === cid);
    if (part?.blobId) blobIds.set(key, part.blobId);
  }
  return blobIds;
}

/** For ever, not to Trash (gateway.md 2.9). @returns those that were gone already: somebody else replaced them */
export async function destroyDrafts(transport: Transport, accountId: Id, ids: readonly Id[]): Promise<Id[]> {
  if (ids.length === 0) return [];
  const answers = await transport.call([['Email/set', { accountId, destroy: [...ids] }, 'destroy']]);
  const errors = Object.entries(answers.of<SetAnswer>('destroy').notDestroyed ?? {});
  const refused = errors.find(([, { type }]) => type !== 'notFound');
  if (refused) throw setFault(refused[1]);
  return errors.map(([id]) => id);
}

/** Drafts that this very composer left when an answer was lost: they carry its key. */
export async function draftsOfKey(
  transport: Transport,
  { accountId, draftsId, key }: { accountId: Id; draftsId: Id; key: string },
): Promise<Id[]> {
  const filter = { inMailbox: draftsId, header: ['Message-ID', key] };
  const answers = await transport.call([['Email/query', { accountId, filter, limit: 20 }, 'lost']]);
  return answers.of<{ ids: Id[] }>('lost').ids;
}
