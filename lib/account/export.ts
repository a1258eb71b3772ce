/** A mailbox as one file, in the order of arrival, each message opened when its turn comes: an mbox file, or a zip of .eml files. */
import { Readable } from 'node:stream';
import { CommandError, RequestError } from '@/lib/errors';
import type { EmailRow } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { toMbox } from '@/lib/mime/mbox';
import { safeFileName, uniqueNames } from '@/lib/mime/names';
import type { Account } from './account';
import { zipOf } from './zip';

export type ExportFormat = 'mbox' | 'zip';

const PAGE = 500;
/** A zip names all of its files before the first is read. */
const MOST_ZIPPED = 100_000;
const LONGEST_NAME = 80;

/** Holds the account open until it is read or destroyed. @throws notFound, limitExceeded */
export async function exportMailbox(
  account: Account,
  mailboxId: Id,
  format: ExportFormat,
): Promise<Readable> {
  const mailbox = (await account.mailboxes()).find(({ id }) => id === mailboxId);
  if (!mailbox) throw new RequestError('notFound', 'there is no such mailbox');
  if (mailbox.wire && mailbox.wire.filledDownTo !== 1) {
    throw new CommandError('tryLater', 'not all of the mailbox is known yet');
  }
  const stream =
    format === 'mbox'
      ? Readable.from(mboxOf(account, mailboxId), { objectMode: false })
      : await zipped(account, mailboxId);
  return stream.once('close', account.hold());
}

async function* mboxOf(account: Account, mailboxId: Id): AsyncGenerator<Buffer> {
  for await (const { id, receivedAt, keywords } of emailsOf(account, mailboxId)) {
    yield* toMbox(await messageOf(account, id), { receivedAt, keywords });
  }
}

/** Of one that came by its headers, and whose rest the provider no longer has, there is no more than these. */
async function messageOf({ source }: Account, id: Id): Promise<Readable> {
  try {
    return await source.readRaw(id);
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== 'goneAtProvider') throw error;
    return Readable.from([await source.readHeader(id)], { objectMode: false });
  }
}

/** What comes meanwhile may be missed, what goes meanwhile is left out. */
async function* emailsOf(account: Account, mailboxId: Id): AsyncGenerator<EmailRow> {
  const locations = await account.index.mailboxLocations(mailboxId, 1, Number.MAX_SAFE_INTEGER);
  const all = locations.filter(({ hidden }) => !hidden).map(({ emailId }) => emailId);
  for (let at = 0; at < all.length; at += PAGE) {
    const ids = all.slice(at, at + PAGE);
    const rows = await account.index.emails(ids, { withoutStructure: true });
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const id of ids) {
      const row = byId.get(id);
      if (row) yield row;
    }
  }
}

async function zipped(account: Account, mailboxId: Id): Promise<Readable> {
  const rows: { id: Id; receivedAt: number; name: string }[] = [];
  for await (const { id, receivedAt, headers } of emailsOf(account, mailboxId)) {
    if (rows.length >= MOST_ZIPPED) {
      throw new RequestError('limitExceeded', 'too many for a zip', { params: { max: MOST_ZIPPED } });
    }
    const day = new Date(receivedAt).toISOString().slice(0, 10);
    const subject = (headers?.subject ?? '').replaceAll(/[/\\]/g, '_').slice(0, LONGEST_NAME);
    rows.push({ id, receivedAt, name: safeFileName(`${day} ${subject}.eml`, 'message/rfc822') });
  }
  const names = uniqueNames(rows.map(({ name }) => name));
  const files = rows.map(({ id, receivedAt }, index) => ({
    name: names[index] ?? `${id}.eml`,
    modifiedAt: receivedAt,
    open: () => messageOf(account, id),
  }));
  return zipOf(files, { compress: true });
}
