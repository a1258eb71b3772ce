/**
 * The result of a query as a list of Email keys. Two kinds: a mailbox by date is paged out of its index and never read
 * as a whole; everything else is computed once, as a list in memory, and served from there until the account changes.
 */
import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import { selectRows } from '@/lib/db/select-rows';
import { errorFields, log } from '@/lib/log';
import type { Aside } from './aside';
import type { Sql } from './bulk';

export interface ResultList {
  total(): Promise<number>;
  slice(from: number, count: number): Promise<number[]>;
  /** Where these Emails are; those that are not in the list are left out. */
  positions(emails: number[]): Promise<Map<number, number>>;
}

/** Asked for one by one below this, else the whole list is cheaper. */
const MAX_SINGLE_POSITIONS = 32;

/** An offset is counted row by row, 2 ms for 25,000: whoever leafs so far has the list kept. */
const DEEP = 1_000;

export interface DatedMailbox {
  mailbox: number;
  /** As its row says. */
  total: number;
  /** Threads by their newest Email instead of Emails. */
  collapse: boolean;
  direction: 'asc' | 'desc';
}

type Keep = (read: () => Promise<WholeList>) => Promise<WholeList | null>;

/** A mailbox sorted by `receivedAt`, newest or oldest first. */
export class DatedList implements ResultList {
  readonly #sql: Sql;
  readonly #what: DatedMailbox;
  readonly #keep: Keep;
  readonly #time: string;
  readonly #email: string;
  readonly #table: string;

  /** @param keep the list as a whole, once it pays to read it */
  constructor(context: Sql, what: DatedMailbox, keep: Keep) {
    this.#sql = context;
    this.#what = what;
    this.#keep = keep;
    this.#table = what.collapse ? 'mailbox_thread' : 'membership';
    this.#time = what.collapse ? 'newest_at' : 'received_at';
    this.#email = what.collapse ? 'newest_email' : 'email';
  }

  async total(): Promise<number> {
    return this.#what.total;
  }

  async slice(from: number, count: number): Promise<number[]> {
    const { total } = this.#what;
    const wanted = Math.min(count, total - from);
    if (wanted <= 0) return [];
    // From the nearer end.
    const backwards = from > total / 2;
    const { direction } = this.#what;
    const way = backwards ? (direction === 'asc' ? 'desc' : 'asc') : direction;
    const offset = backwards ? total - from - wanted : from;
    const kept = offset < DEEP ? null : await this.#keep(() => this.#whole());
    if (kept) return kept.slice(from, wanted);
    const rows = await selectRows<{ email: number }>(
      this.#sql.db,
      `select ${this.#email} as email from ${this.#table} where mailbox = ?
       order by ${this.#time} ${way}, ${this.#email} ${way} limit ? offset ?`,
      [this.#what.mailbox, wanted, offset],
    );
    const emails = rows.map(({ email }) => email);
    return backwards ? emails.reverse() : emails;
  }

  async positions(emails: number[]): Promise<Map<number, number>> {
    if (emails.length > MAX_SINGLE_POSITIONS) return (await this.#whole()).positions(emails);
    const found = new Map<number, number>();
    for (const email of emails) {
      const position = await this.#position(email);
      if (position !== null) found.set(email, position);
    }
    return found;
  }

  #whole(): Promise<WholeList> {
    const order = sql.raw(this.#what.direction);
    const select = sql`${sql.ref(this.#email)} as key, 0 as thread ${this.#from()}
      order by ${sql.ref(this.#time)} ${order}, ${sql.ref(this.#email)} ${order}`;
    return readWhole(this.#sql, select, false);
  }

  async #position(email: number): Promise<number | null> {
    const { rows: own } = await sql<{ time: number }>`select e.received_at as time from email e
      where e.key = ${email} and exists (select 1 ${this.#from()} and ${sql.ref(this.#time)} = e.received_at
        and ${sql.ref(this.#email)} = e.key)`.execute(this.#sql.db);
    const time = own[0]?.time;
    if (time === undefined) return null;
    const before = sql.raw(this.#what.direction === 'desc' ? '>' : '<');
    const { rows } = await sql<{ count: number }>`select count(*) as count ${this.#from()}
      and (${sql.ref(this.#time)}, ${sql.ref(this.#email)}) ${before} (${time}, ${email})`.execute(
      this.#sql.db,
    );
    return rows[0]?.count ?? null;
  }

  #from(): RawBuilder<unknown> {
    return sql`from ${sql.table(this.#table)} where mailbox = ${this.#what.mailbox}`;
  }
}

/** All keys in memory, eight bytes each. */
export class WholeList implements ResultList {
  readonly #emails: Float64Array;
  #index: Map<number, number> | null = null;

  constructor(emails: Float64Array) {
    this.#emails = emails;
  }

  get length(): number {
    return this.#emails.length;
  }

  async total(): Promise<number> {
    return this.#emails.length;
  }

  async slice(from: number, count: number): Promise<number[]> {
    return [...this.#emails.subarray(from, from + count)];
  }

  async positions(emails: number[]): Promise<Map<number, number>> {
    if (emails.length === 1) {
      const [only = 0] = emails;
      const position = this.#emails.indexOf(only);
      return new Map(position < 0 ? [] : [[only, position]]);
    }
    this.#index ??= new Map(Array.from(this.#emails, (email, position) => [email, position]));
    const index = this.#index;
    return new Map(
      emails.flatMap((email): [number, number][] => {
        const position = index.get(email);
        return position === undefined ? [] : [[email, position]];
      }),
    );
  }
}

/**
 * `select` gives `key` and `thread` in order. They come as one JSON text: libsql needs 2 µs for a row, but
 * 14 ms for 100,000 numbers in one value.
 */
export async function readWhole(
  { db, dialect }: Sql,
  select: RawBuilder<unknown>,
  collapse: boolean,
  aside: Pick<Aside, 'select'> | null = null,
): Promise<WholeList> {
  const list = (column: string) =>
    dialect === 'sqlite'
      ? sql`json_group_array(${sql.ref(column)})`
      : sql`coalesce(json_agg(${sql.ref(column)})::text, '[]')`;
  const threads = collapse ? sql`, ${list('thread')} as threads` : sql``;
  const query = sql<WholeRow>`select ${list('key')} as emails${threads}
    from (select ${select}) as ordered`.compile(db);
  const [row] = await rowsOf(db, query, aside);
  const emails = JSON.parse(row?.emails ?? '[]') as number[];
  if (!collapse) return new WholeList(Float64Array.from(emails));
  const of = JSON.parse(row?.threads ?? '[]') as number[];
  const seen = new Set<number>();
  const heads = emails.filter((_, position) => {
    const thread = of[position] ?? 0;
    if (seen.has(thread)) return false;
    seen.add(thread);
    return true;
  });
  return new WholeList(Float64Array.from(heads));
}

interface WholeRow {
  emails: string;
  threads?: string;
}

async function rowsOf(
  db: Sql['db'],
  query: CompiledQuery<WholeRow>,
  aside: Pick<Aside, 'select'> | null,
): Promise<WholeRow[]> {
  if (aside) {
    try {
      return (await aside.select(query.sql, query.parameters)) as WholeRow[];
    } catch (error) {
      // What is wrong with the question itself shows here, too.
      log.warn('index.aside', errorFields(error));
    }
  }
  return (await db.executeQuery(query)).rows;
}
