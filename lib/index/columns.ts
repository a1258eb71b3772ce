/**
 * Where a query reads a property of an Email from. Inside one mailbox the covering index of `membership` holds the most
 * used ones; the row of the Email is joined only when something else is asked.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Every answer is made of these. The plus keeps SQLite from walking all Emails by that column to find a few by id. */
export function visible(alias: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`+${sql.ref(`${alias}.created_at`)} is not null`;
}

export class EmailColumns {
  /** The key of the mailbox that is walked, or null: all Emails of the account. */
  readonly mailbox: number | null;
  /** Whatever is let through matches a text or was found by a search: the few that do are the way in. */
  readonly #isNarrow: boolean;
  #joined: boolean;
  /** A sort or filter reads something that is filled in later, without a change of state. */
  usesDetails = false;
  /** It looks at the other Emails of the Thread. */
  usesThread = false;
  /** It looks at text: what matches may change without a trace. */
  usesText = false;

  constructor(mailbox: number | null, isNarrow: boolean) {
    this.mailbox = mailbox;
    this.#isNarrow = isNarrow;
    this.#joined = mailbox === null;
  }

  get key(): string {
    return this.mailbox === null ? 'e.key' : 'm.email';
  }

  get thread(): string {
    return this.#shared('thread');
  }

  get flags(): string {
    return this.#shared('flags');
  }

  get receivedAt(): string {
    return this.#shared('received_at');
  }

  /** A column of the row of the Email. */
  email(name: 'id' | 'size' | 'keywords'): string {
    this.#joined = true;
    if (name === 'size') this.usesDetails = true;
    return `e.${name}`;
  }

  detail(name: 'sent_at' | 'subject_key' | 'from_key' | 'to_key' | 'has_attachment'): string {
    this.#joined = true;
    this.usesDetails = true;
    return `e.${name}`;
  }

  /** To be asked for last, when it is known what is needed. */
  from(account: number): RawBuilder<unknown> {
    if (this.mailbox === null) {
      return sql`email e where e.account = ${account} and ${visible('e')}`;
    }
    const join = this.#joined ? sql` join email e on e.key = m.email and e.account = ${account}` : sql``;
    // The plus keeps SQLite from walking the whole mailbox.
    const mailbox = sql.raw(this.#isNarrow ? '+m.mailbox' : 'm.mailbox');
    return sql`membership m${join} where ${mailbox} = ${this.mailbox}`;
  }

  #shared(name: string): string {
    return this.mailbox === null ? `e.${name}` : `m.${name}`;
  }
}
