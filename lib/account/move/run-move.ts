/**
 * One pass of a move: what is there is listed, copied message by message, and compared byte by byte at the end. Each step is
 * noted before and after, so that a pass that was broken off anywhere goes on where it was (security.md I10).
 */
import type { Account } from '@/lib/account/account';
import { carry, headOf, sha256Of, sizeOf } from '@/lib/account/carried';
import { hashOf } from '@/lib/account/destination';
import type { BlobStore } from '@/lib/db/blob-store';
import type { MoveItemTable, MoveTable } from '@/lib/db/tables/feed';
import { ConnectionError, MailError, RequestError } from '@/lib/errors';
import type { EmailRow } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { emailHeaders } from '@/lib/mime/header';
import type { Destination } from '@/lib/source/local/destination';
import { MailboxMap } from './mailbox-map';
import type { MoveStore } from './move-store';

const PAGE = 200;

export interface MoveRun {
  move: MoveTable;
  store: MoveStore;
  blobs: BlobStore;
  from: Account;
  to: Account;
  destination: Destination;
  signal: AbortSignal;
  /** @throws when another process works on it by now, or was told to leave it */
  hold(): Promise<void>;
}

export async function runMove(run: MoveRun): Promise<void> {
  await see(run);
  const mailboxes = await MailboxMap.between(run.from, run.to);
  for await (const item of items(run, ['seen', 'tried'])) await copy(run, item, mailboxes);
  for await (const item of items(run, ['copied'])) await verify(run, item);
}

async function* items(
  { store, move, signal }: MoveRun,
  states: MoveItemTable['state'][],
): AsyncGenerator<MoveItemTable> {
  for (let after = ''; ; ) {
    const page = await store.items(move.id, states, after, PAGE);
    for (const item of page) {
      signal.throwIfAborted();
      yield item;
    }
    const last = page.at(-1);
    if (!last) return;
    after = last.email_id;
  }
}

async function see({ move, store, from, signal }: MoveRun): Promise<void> {
  if (from.record.settings.imap.windowDays !== null && from.record.kind === 'imap') {
    const params = { properties: 'imap.windowDays' };
    throw new RequestError('invalidArguments', 'mail outside of the window is not listed', { params });
  }
  await from.source.refreshMailboxes();
  const mailboxes = (await from.mailboxes()).filter(({ id, wire }) => {
    return (move.from_mailbox === null || id === move.from_mailbox) && wire?.selectable !== false;
  });
  if (move.from_mailbox !== null && mailboxes.length === 0)
    throw new RequestError('notFound', 'the mailbox that is copied is gone');
  for (const { id } of mailboxes) {
    signal.throwIfAborted();
    await from.source.refreshMailbox(id, 50);
    await from.source.filled?.();
    const { wire } = (await from.index.mailbox(id)) ?? {};
    // What is not known yet must not be missing in silence.
    if (wire && wire.filledDownTo !== 1)
      throw new ConnectionError('connectionLost', 'the list is not complete');
    const locations = await from.index.mailboxLocations(id, 1, Number.MAX_SAFE_INTEGER);
    const ids = [...new Set(locations.filter(({ hidden }) => !hidden).map(({ emailId }) => emailId))];
    for (let at = 0; at < ids.length; at += PAGE) {
      const rows = await from.index.emails(ids.slice(at, at + PAGE), { withoutStructure: true });
      await store.see(move.id, rows);
    }
  }
}

async function copy(run: MoveRun, item: MoveItemTable, mailboxes: MailboxMap): Promise<void> {
  const { move, store, from } = run;
  const [row] = await from.index.emails([item.email_id], { withoutStructure: true });
  // Deleted there since it was listed: there is nothing to copy, and nothing that the report lacks.
  if (!row) return store.drop(move.id, item.email_id);
  try {
    await copyOne(run, item, row, mailboxes);
  } catch (error) {
    // A refusal of this one; without a link none would be taken.
    if (error instanceof ConnectionError || !(error instanceof MailError) || ALL.has(error.code)) throw error;
    await store.setItem(move.id, item.email_id, { state: 'refused', code: error.code });
  }
}

/** What concerns all messages. */
const ALL = new Set([
  'wrongPassword',
  'overQuota',
  'mailStoreFull',
  'storageFull',
  'tryLater',
  'connectionLost',
]);

async function copyOne(run: MoveRun, item: MoveItemTable, row: EmailRow, map: MailboxMap): Promise<void> {
  const { move, store, blobs, from, destination } = run;
  const raw = await carry(await from.source.readRaw(row.id), blobs);
  const sha256 = sha256Of(raw);
  const mailboxIds = move.to_mailbox === null ? await map.all(row.mailboxIds) : [move.to_mailbox];
  const done = (new_id: Id) => store.setItem(move.id, row.id, { state: 'copied', sha256, new_id });
  const { messageId } = emailHeaders(await headOf(raw, blobs));
  const fingerprint = { messageId: messageId?.[0] ?? null, size: sizeOf(raw), sha256 };
  const twin = item.state === 'tried' ? await destination.find(mailboxIds[0] ?? '', fingerprint) : null;
  if (twin !== null) return done(twin);
  await run.hold();
  await store.setItem(move.id, row.id, { state: 'tried' });
  const { receivedAt, keywords } = row;
  await done(await destination.append({ raw, mailboxIds, keywords, receivedAt }));
}

async function verify({ move, store, to }: MoveRun, item: MoveItemTable): Promise<void> {
  const [row] = item.new_id === null ? [] : await to.index.emails([item.new_id], { withoutStructure: true });
  const isSame = row !== undefined && (await hashOf(to, row.id)) === item.sha256;
  await store.setItem(
    move.id,
    item.email_id,
    isSame ? { state: 'verified' } : { state: 'refused', code: 'differs' },
  );
}
