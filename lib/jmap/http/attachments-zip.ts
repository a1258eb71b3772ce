/** All attachments of an Email in one archive, opened one after the other while it is written. */
import type { Readable } from 'node:stream';
import type { Account } from '@/lib/account/account';
import { partBlobId } from '@/lib/account/blob-id';
import type { Blobs } from '@/lib/account/blobs';
import { zipOf } from '@/lib/account/zip';
import { RequestError } from '@/lib/errors';
import { bodyValues } from '@/lib/jmap/email/body';
import { BodyBudget } from '@/lib/jmap/email/body-budget';
import { StoredContent } from '@/lib/jmap/email/content';
import { openedFiles } from '@/lib/jmap/email/opened';
import type { Id } from '@/lib/jmap/types';
import { bodyParts } from '@/lib/mime/body-structure';
import { safeFileName, uniqueNames } from '@/lib/mime/names';
import type { MimePart } from '@/lib/mime/types';

interface Attached {
  blobId: Id;
  name: string | null;
  type: string;
}

/** Files may stand between the lines of a text. */
const TEXTS = {
  fetchTextBodyValues: true,
  fetchHTMLBodyValues: false,
  fetchAllBodyValues: false,
  maxBodyValueBytes: 0,
};

/** What `z` and an Email's id stand for as a blob id of the download URL; null for other ids. */
export function zippedEmailId(blobId: Id): Id | null {
  return /^z[A-Za-z0-9_-]+$/.test(blobId) ? blobId.slice(1) : null;
}

export async function attachmentsZip(account: Account, blobs: Blobs, emailId: Id): Promise<Readable> {
  const [row] = await account.emails([emailId], ['structure']);
  if (!row?.structure) throw new RequestError('notFound', 'There is no such Email');
  const parts = await filesOf(account, emailId, row.structure);
  const names = uniqueNames(parts.map(({ name, type }) => safeFileName(name, type)));
  const files = parts.map(({ blobId }, index) => ({
    name: names[index] ?? 'attachment.bin',
    modifiedAt: row.receivedAt,
    open: () => blobs.open(blobId),
  }));
  return zipOf(files, { compress: false });
}

/** As `attachments` of the Email lists them. */
async function filesOf(account: Account, emailId: Id, structure: MimePart): Promise<Attached[]> {
  const content = new StoredContent(account, { id: emailId, structure });
  const lists = bodyParts(structure);
  const bodies = new BodyBudget();
  const values = await bodyValues(lists, structure, content, { values: TEXTS, bodies, needsHeader: false });
  const opened = await openedFiles(lists, values, content, { bodies });
  const closed = lists.attachments.filter((part) => !opened.some(({ of }) => of === part));
  return [
    ...closed.map(({ path, name, type }) => ({ blobId: partBlobId(emailId, path), name, type })),
    ...opened.map(({ blobId, name, file: { type } }) => ({ blobId, name, type })),
  ];
}
