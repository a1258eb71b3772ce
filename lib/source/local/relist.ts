/** Mail of which all bytes are here and that is in no list is put back into one (`npm run verify -- --repair`). */
import type { Kysely } from 'kysely';
import type { BlobStore } from '@/lib/db/blob-store';
import { problemOf } from '@/lib/db/blob-store-verify';
import { dialectOf } from '@/lib/db/dialect-of';
import type { MainTables } from '@/lib/db/tables';
import { createAccountIndex } from '@/lib/index/account-index';
import type { AccountIndex } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { arrivalOf } from '@/lib/mime/arrival';
import { collect } from '@/lib/source/local/bodies';
import { locationIn } from '@/lib/source/local/delivery';
import { digest, MAX_DIGEST } from '@/lib/source/local/digest';
import { HEADERS_ONLY, IMPORTED } from '@/lib/source/local/keywords';
import { LocalMailboxes } from '@/lib/source/local/mailboxes';

type Unlisted = Awaited<ReturnType<typeof unlistedOf>>[number];

/**
 * Under the id that it had, where it was put when it came, else in the inbox. Its flags were in the list that lost it; it is no
 * news. Where its bytes are damaged those come first. @returns how many
 */
export async function relist(db: Kysely<MainTables>, blobs: BlobStore, sha256: string): Promise<number> {
  if ((await problemOf(blobs, sha256)) !== null) return 0;
  const rows = await unlistedOf(db, sha256);
  for (const row of rows) {
    const index = createAccountIndex(db, dialectOf(db), row.account_id);
    await put(index, row, await collect(await blobs.open(sha256, { offset: 0, length: MAX_DIGEST })));
  }
  return rows.length;
}

async function put(index: AccountIndex, row: Unlisted, raw: Buffer): Promise<void> {
  const { headers, structure, preview, words } = await digest(raw, row.size);
  // Only its headers came; the rest is fetched when somebody opens it.
  const isStub = row.listed !== null;
  const details = isStub
    ? { structure: null, preview: '', text: null }
    : { structure, preview, text: { words } };
  const keywords = isStub ? [IMPORTED, HEADERS_ONLY] : [IMPORTED];
  const location = locationIn(await placeOf(index, row.mailbox_id), keywords);
  const email = { id: row.email_id, threadId: null, headers, ...details };
  const receivedAt = arrivalOf(raw, Date.now());
  await index.write(async (writer) => {
    await writer.dropLost();
    await writer.addEmails([{ ...email, receivedAt, size: row.listed ?? row.size, location }]);
  });
}

async function placeOf(index: AccountIndex, mailboxId: Id | null): Promise<Id> {
  const mailboxes = new LocalMailboxes(index);
  await mailboxes.ensure();
  const isThere = mailboxId !== null && (await index.mailbox(mailboxId)) !== null;
  return isThere ? mailboxId : mailboxes.roleId('inbox');
}

function unlistedOf(db: Kysely<MainTables>, sha256: string) {
  return db
    .selectFrom('local_email')
    .leftJoin('index_account', 'index_account.id', 'local_email.account_id')
    .leftJoin('email', (join) =>
      join.onRef('email.account', '=', 'index_account.key').onRef('email.id', '=', 'local_email.email_id'),
    )
    .leftJoin('pop_uidl', (join) =>
      join
        .onRef('pop_uidl.account_id', '=', 'local_email.account_id')
        .onRef('pop_uidl.email_id', '=', 'local_email.email_id')
        .on('pop_uidl.state', '=', 'listed'),
    )
    .select(['local_email.account_id', 'local_email.email_id', 'local_email.size', 'local_email.mailbox_id'])
    .select('pop_uidl.size as listed')
    .where('local_email.sha256', '=', sha256)
    .where('email.id', 'is', null)
    .execute();
}
