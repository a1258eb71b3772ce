/**
 * Files of mail into a mailbox: one message (.eml), an mbox file, or a zip of either. What is there already with the same
 * bytes is passed over, so that an import that broke off can be done again.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '@/lib/db/blob-store';
import { removeOldSpools } from '@/lib/db/blob-store-spool';
import { MailError, RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { arrivalOf } from '@/lib/mime/arrival';
import { crlfOf } from '@/lib/mime/crlf';
import { emailHeaders } from '@/lib/mime/header';
import { readMbox } from '@/lib/mime/mbox';
import type { EmailHeaders } from '@/lib/mime/types';
import type { Delivered } from '@/lib/source/local/destination';
import { type EmailAppend, MAX_APPENDED } from '@/lib/source/source';
import type { Account } from './account';
import { append, type Carried, carry, headOf, sha256Of, sizeOf } from './carried';
import { KnownMail } from './known-mail';
import { tooLarge } from './read-at-most';
import { unzip } from './unzip';

/** Of one archive, which is kept on disk while it is read. */
const MOST_ZIP = 4 * 1024 ** 3;
/** No upload takes longer. */
const SPOOLED_MS = 24 * 60 * 60_000;
/** Stored in one commit. */
const GROUP_MESSAGES = 100;
const GROUP_BYTES = 4 * 1024 ** 2;
/** Of one message, by a mail server; the next may be taken. */
const REFUSALS = new Set(['tooLarge', 'contentRefused', 'commandFailed']);

export interface ImportProgress {
  imported: number;
  /** There already. */
  skipped: number;
  /** Too large, no mail, or refused by the server. */
  failed: number;
  bytes: number;
}

interface Message {
  /** null: too large. */
  raw: Carried | null;
  keywords: string[];
}

const TOO_LARGE: Message = { raw: null, keywords: [] };

/** Where archives lie while they are read. */
export function importSpool(dataDir: string): string {
  return join(dataDir, 'cache', 'import');
}

/** Removes what a process that was killed left behind. */
export function sweepImports(dataDir: string, now: number): Promise<void> {
  return removeOldSpools(importSpool(dataDir), now - SPOOLED_MS);
}

export interface ImportPlaces {
  /** Of messages too large for memory. */
  blobs: BlobStore;
  /** Of archives. */
  spoolDirectory: string;
}

/** Ends with the final count. @throws MailError when it cannot go on: what was imported stays */
export async function* importMail(
  account: Account,
  mailboxId: Id,
  body: Readable,
  { blobs, spoolDirectory }: ImportPlaces,
): AsyncGenerator<ImportProgress> {
  if (!(await account.mailboxes()).some(({ id }) => id === mailboxId)) {
    throw new RequestError('notFound', 'there is no such mailbox');
  }
  const release = account.hold();
  const done: ImportProgress = { imported: 0, skipped: 0, failed: 0, bytes: 0 };
  try {
    await account.source.refreshMailbox(mailboxId, 50);
    const known = await KnownMail.of(account, mailboxId);
    yield { ...done };
    for await (const group of grouped(messagesIn(body, { blobs, spoolDirectory }))) {
      const emails: Delivered[] = [];
      for (const { raw, keywords } of group) {
        done.bytes += raw === null ? 0 : sizeOf(raw);
        const head = raw && (await headOf(raw, blobs));
        const headers = head && emailHeaders(head);
        if (raw === null || !head || !headers || !isMail(headers)) {
          done.failed += 1;
          continue;
        }
        const candidate = { headers, size: sizeOf(raw), sha256: sha256Of(raw) };
        if (await known.has(candidate)) done.skipped += 1;
        else {
          known.add(candidate);
          emails.push({ raw, mailboxIds: [mailboxId], keywords, receivedAt: arrivalOf(head, Date.now()) });
        }
      }
      await store(account, blobs, emails, done);
      yield { ...done };
    }
  } catch (error) {
    // Of the group that it ended some are stored.
    yield { ...done };
    throw error;
  } finally {
    release();
  }
}

/** What could be read of a file that is broken further on is still given out. */
async function* grouped(messages: AsyncIterable<Message>): AsyncGenerator<Message[]> {
  let group: Message[] = [];
  let bytes = 0;
  try {
    for await (const message of messages) {
      group.push(message);
      bytes += message.raw === null ? 0 : sizeOf(message.raw);
      if (group.length < GROUP_MESSAGES && bytes < GROUP_BYTES) continue;
      yield group;
      group = [];
      bytes = 0;
    }
  } catch (error) {
    if (group.length > 0) yield group;
    throw error;
  }
  if (group.length > 0) yield group;
}

/** Counts what is stored, and what was refused for what it is. */
async function store(
  account: Account,
  blobs: BlobStore,
  emails: Delivered[],
  done: ImportProgress,
): Promise<void> {
  const { appendAll } = account.source;
  const held = appendAll ? emails.filter(isHeld) : [];
  if (appendAll && held.length > 0) {
    await account.write((source) => appendAll.call(source, held));
    done.imported += held.length;
  }
  for (const email of emails) {
    if (appendAll && isHeld(email)) continue;
    try {
      await append(account, blobs, email);
      done.imported += 1;
    } catch (error) {
      if (!(error instanceof MailError) || !REFUSALS.has(error.code)) throw error;
      done.failed += 1;
    }
  }
}

const isHeld = (email: Delivered): email is EmailAppend => Buffer.isBuffer(email.raw);

/** A file that is something else would fill a mailbox with nonsense. */
function isMail({ from, sentAt, subject, messageId }: EmailHeaders): boolean {
  return from !== null || sentAt !== null || subject !== null || messageId !== null;
}

async function* messagesIn(body: Readable, places: ImportPlaces): AsyncGenerator<Message> {
  const { start, stream } = await peeked(body);
  if (start.startsWith('PK\x03\x04')) yield* zipped(stream, places);
  else if (start.startsWith('From ')) yield* mbox(stream, places);
  else yield carried(crlfOf(stream), places);
}

/** The first bytes tell what it is, whatever its name says. */
async function peeked(body: AsyncIterable<Buffer>): Promise<{ start: string; stream: Readable }> {
  const chunks = body[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  for (let length = 0; length < 8; ) {
    const { value, done } = await chunks.next();
    if (done) break;
    held.push(value);
    length += value.length;
  }
  const all = (async function* () {
    yield* held;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
  const stream = Readable.from(all, { objectMode: false });
  return { start: Buffer.concat(held).toString('latin1', 0, 8), stream };
}

async function* limited(stream: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    yield chunk;
  }
}

async function* mbox(bytes: AsyncIterable<Buffer>, places: ImportPlaces): AsyncGenerator<Message> {
  for await (const { keywords, bytes: message } of readMbox(bytes))
    yield await unlessTooLarge(() => carried(message, places, keywords));
}

async function* zipped(stream: Readable, places: ImportPlaces): AsyncGenerator<Message> {
  const { spoolDirectory } = places;
  await mkdir(spoolDirectory, { recursive: true, mode: 0o700 });
  const file = join(spoolDirectory, randomUUID());
  try {
    await pipeline(limited(stream, MOST_ZIP), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    for await (const { size, bytes } of unzip(file)) {
      const { start, stream } = await peeked(bytes);
      if (start.startsWith('From ')) yield* mbox(stream, places);
      else if (size > MAX_APPENDED) yield TOO_LARGE;
      else yield await unlessTooLarge(() => carried(crlfOf(stream), places));
      await bytes.return(undefined);
    }
  } finally {
    await rm(file, { force: true });
  }
}

async function carried(
  bytes: AsyncIterable<Buffer>,
  { blobs }: ImportPlaces,
  keywords: string[] = [],
): Promise<Message> {
  return { raw: await carry(bytes, blobs), keywords };
}

/** One that is too large does not keep back those behind it. */
async function unlessTooLarge(read: () => Promise<Message>): Promise<Message> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RequestError && error.code === 'tooLarge') return TOO_LARGE;
    throw error;
  }
}
