/** One write of an account (types.ts, IndexWriter): the facts at once, what follows from them at the end. */
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { EmailHeaders } from '@/lib/mime/types';
import { addEmails } from './add-emails';
import { addLocations, placeLocations } from './add-locations';
import { rememberAddresses } from './addresses';
import type { Batch } from './batch';
import { isOneOf, updateRows } from './bulk';
import { slices } from './collect';
import { type Details, fillDetails } from './details';
import { packKeywords } from './keywords';
import { settle } from './settle';
import type { IndexWriter, MailboxInput, MailboxWire, NewEmail, NewLocation } from './types';
import { putMailbox, removeMailbox, setSortOrder, settleCounts, setWire } from './write-mailboxes';

const SLICE = 500;

export class BatchWriter implements IndexWriter {
  readonly transaction: IndexWriter['transaction'];
  readonly #batch: Batch;
  #details: Details[] = [];

  constructor(batch: Batch) {
    this.#batch = batch;
    this.transaction = batch.db;
  }

  putMailbox(mailbox: MailboxInput): Promise<void> {
    return putMailbox(this.#batch, mailbox);
  }

  setWire(mailboxId: Id, wire: Partial<MailboxWire>): Promise<void> {
    return setWire(this.#batch, mailboxId, wire);
  }

  setSortOrder(mailboxId: Id, sortOrder: number): Promise<void> {
    return setSortOrder(this.#batch, mailboxId, sortOrder);
  }

  async removeMailbox(id: Id): Promise<void> {
    await this.#flushDetails();
    await removeMailbox(this.#batch, id);
  }

  async addEmails(emails: NewEmail[]): Promise<void> {
    await this.#flushDetails();
    await addEmails(this.#batch, emails);
  }

  async addLocation(emailId: Id, location: NewLocation): Promise<void> {
    const batch = this.#batch;
    const email = await batch.db
      .selectFrom('email')
      .select('key')
      .where('account', '=', batch.account)
      .where('id', '=', emailId)
      .executeTakeFirst();
    if (email === undefined) throw new RequestError('notFound', `No such email: ${emailId}`);
    const placed = await placeLocations(batch, [{ id: emailId, location }]);
    await addLocations(batch, placed, new Map([[emailId, email.key]]));
    batch.dirtyEmails.add(email.key);
  }

  writtenTo(headers: EmailHeaders, at: number): Promise<void> {
    return rememberAddresses(this.#batch, [{ headers, receivedAt: at, sent: true }]);
  }

  async removeLocations(mailboxId: Id, uids: number[]): Promise<void> {
    const { db, dialect, dirtyEmails } = this.#batch;
    const mailbox = await this.#batch.mailboxKey(mailboxId);
    for (const slice of slices(uids, SLICE)) {
      const removed = await db
        .deleteFrom('location')
        .where('mailbox', '=', mailbox)
        .where(isOneOf(dialect, 'uid', slice))
        .returning('email')
        .execute();
      for (const { email } of removed) dirtyEmails.add(email);
    }
  }

  async setLocationKeywords(
    mailboxId: Id,
    changes: { uid: number; keywords: string[]; hidden: boolean; modseq: string | null }[],
  ): Promise<void> {
    const { db, dialect, dirtyEmails } = this.#batch;
    const mailbox = await this.#batch.mailboxKey(mailboxId);
    for (const slice of slices(changes, SLICE)) {
      const rows = await db
        .selectFrom('location')
        .selectAll()
        .where('mailbox', '=', mailbox)
        .where(
          isOneOf(
            dialect,
            'uid',
            slice.map(({ uid }) => uid),
          ),
        )
        .execute();
      const known = new Map(rows.map((row) => [row.uid, row]));
      const updates = slice.flatMap(({ uid, keywords, hidden, modseq }) => {
        const before = known.get(uid);
        if (before === undefined) return [];
        const after = { ...packKeywords(keywords), hidden: Number(hidden) };
        const same =
          before.flags === after.flags &&
          before.keywords === after.keywords &&
          before.hidden === after.hidden;
        if (!same) dirtyEmails.add(before.email);
        if (same && before.modseq === modseq) return [];
        return [[uid, after.flags, after.keywords, after.hidden, modseq]];
      });
      const columns = { flags: 'bigint', keywords: 'text', hidden: 'bigint', modseq: 'text' } as const;
      await updateRows(this.#batch, 'location', 'uid', columns, updates, { mailbox });
    }
  }

  async setDetails(emailId: Id, details: Omit<Details, 'id'>): Promise<void> {
    this.#details.push({ id: emailId, ...details });
    if (this.#details.length >= SLICE) await this.#flushDetails();
  }

  async changed(type: 'Identity' | 'EmailSubmission' | 'EmailDelivery'): Promise<void> {
    this.#batch.next(type);
  }

  /** Before the commit. */
  async finish(): Promise<void> {
    await this.#flushDetails();
    await settle(this.#batch);
    await settleCounts(this.#batch);
  }

  async #flushDetails(): Promise<void> {
    const details = this.#details;
    this.#details = [];
    await fillDetails(this.#batch, details);
  }
}
