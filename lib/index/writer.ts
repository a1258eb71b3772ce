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
import { dropLost } from './drop-lost';
import { type Keywords, packKeywords, unpackKeywords } from './keywords';
import { settle } from './settle';
import type {
  FlagsChanged,
  FlagsRead,
  IndexWriter,
  MailboxInput,
  MailboxWire,
  NewEmail,
  NewLocation,
} from './types';
import { putMailbox, removeMailbox, setSortOrder, settleCounts, setWire } from './write-mailboxes';

const SLICE = 500;

interface StoredFlags extends Keywords {
  hidden: number;
  modseq: string | null;
}

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

  async dropLost(): Promise<void> {
    await dropLost(this.#batch);
  }

  async addLocation(emailId: Id, location: NewLocation): Promise<void> {
    const batch = this.#batch;
    const mailbox = await batch.mailboxKey(location.mailboxId);
    const email = await batch.db
      .selectFrom('email')
      .leftJoin('location', (join) =>
        join
          .onRef('location.email', '=', 'email.key')
          .on('location.mailbox', '=', mailbox)
          .on('location.uid', '=', location.uid ?? 0),
      )
      .select(['email.key', 'location.uid as there'])
      .where('email.account', '=', batch.account)
      .where('email.id', '=', emailId)
      .executeTakeFirst();
    if (email === undefined) throw new RequestError('notFound', `No such email: ${emailId}`);
    // What was read of it meanwhile is truer than what we think of it.
    if (email.there !== null) return;
    const placed = await placeLocations(batch, [{ id: emailId, location }]);
    await addLocations(batch, placed, new Map([[emailId, email.key]]));
    batch.dirtyEmails.add(email.key);
  }

  writtenTo(headers: EmailHeaders, at: number): Promise<void> {
    return rememberAddresses(this.#batch, [{ headers, receivedAt: at, sent: true }]);
  }

  async removeLocations(mailboxId: Id, uids: number[], uidValidity?: number): Promise<void> {
    const { db, dialect, dirtyEmails } = this.#batch;
    const mailbox = await this.#batch.mailboxKey(mailboxId);
    for (const slice of slices(uids, SLICE)) {
      const removed = await db
        .deleteFrom('location')
        .where('mailbox', '=', mailbox)
        .where(isOneOf(dialect, 'uid', slice))
        .$if(uidValidity !== undefined, (query) => query.where('uid_validity', '=', uidValidity ?? 0))
        .returning('email')
        .execute();
      for (const { email } of removed) dirtyEmails.add(email);
    }
  }

  setLocationKeywords(mailboxId: Id, changes: FlagsRead[]): Promise<void> {
    return this.#updateFlags(
      mailboxId,
      changes.map(({ uid, keywords, hidden, modseq }) => {
        const after = { ...packKeywords(keywords), hidden: Number(hidden), modseq };
        return { uid, after: () => after };
      }),
    );
  }

  changeLocationKeywords(mailboxId: Id, changes: FlagsChanged[]): Promise<void> {
    return this.#updateFlags(
      mailboxId,
      changes.map(({ uid, uidValidity, add, remove, hide }) => ({
        uid,
        uidValidity,
        after: (before) => {
          const kept = unpackKeywords(before).filter((keyword) => !remove.includes(keyword));
          return { ...packKeywords([...kept, ...add]), hidden: hide ? 1 : before.hidden, modseq: null };
        },
      })),
    );
  }

  async #updateFlags(
    mailboxId: Id,
    changes: { uid: number; uidValidity?: number; after(before: StoredFlags): StoredFlags }[],
  ): Promise<void> {
    const { db, dialect, dirtyEmails } = this.#batch;
    const mailbox = await this.#batch.mailboxKey(mailboxId);
    for (const slice of slices(changes, SLICE)) {
      const uids = slice.map(({ uid }) => uid);
      const rows = await db
        .selectFrom('location')
        .selectAll()
        .where('mailbox', '=', mailbox)
        .where(isOneOf(dialect, 'uid', uids))
        .execute();
      const known = new Map(rows.map((row) => [row.uid, row]));
      const updates = slice.flatMap((change) => {
        const before = known.get(change.uid);
        if (before === undefined) return [];
        if (before.uid_validity !== (change.uidValidity ?? before.uid_validity)) return [];
        const after = change.after(before);
        const same =
          before.flags === after.flags &&
          before.keywords === after.keywords &&
          before.hidden === after.hidden;
        if (!same) dirtyEmails.add(before.email);
        if (same && before.modseq === after.modseq) return [];
        return [[change.uid, after.flags, after.keywords, after.hidden, after.modseq]];
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
