/** Addresses of mail seen, for completion; those the user wrote to come first. */

import { type Kysely, type SqlBool, sql } from 'kysely';
import { insertRows } from '@/lib/db/insert-rows';
import type { IndexTables } from '@/lib/db/tables/index';
import type { EmailAddress } from '@/lib/jmap/types';
import type { EmailHeaders } from '@/lib/mime/types';
import type { Batch } from './batch';
import { escapeLike, like } from './like';
import { storable } from './sort-keys';

/** Nobody wants the members of a large circular proposed. */
const MAX_ADDRESSES = 20;
const MAX_LENGTH = 200;
const MAX_PREFIX = 100;

export interface SeenMessage {
  headers: EmailHeaders;
  receivedAt: number;
  /** In the mailbox with the role `sent`: its recipients were written to. */
  sent: boolean;
}

interface Row {
  name: string | null;
  email: string;
  written: number;
  seen: number;
  lastAt: number;
}

export async function rememberAddresses(batch: Batch, messages: SeenMessage[]): Promise<void> {
  const rows = new Map<string, Row>();
  for (const { headers, receivedAt, sent } of messages) {
    const addresses = sent ? [...(headers.to ?? []), ...(headers.cc ?? [])] : (headers.from ?? []);
    for (const address of addresses.slice(0, MAX_ADDRESSES)) add(rows, address, receivedAt, sent);
  }
  const columns = ['account', 'email_key', 'name_key', 'name', 'email', 'written', 'seen', 'last_at'];
  await insertRows(
    batch.db,
    'address',
    columns,
    [...rows].map(([key, row]) => [
      batch.account,
      key,
      nameKey(row.name),
      row.name,
      row.email,
      row.written,
      row.seen,
      row.lastAt,
    ]),
    `on conflict (account, email_key) do update set
       written = address.written + excluded.written,
       seen = address.seen + excluded.seen,
       name = case when excluded.name is not null and excluded.last_at >= address.last_at then excluded.name else address.name end,
       name_key = case when excluded.name is not null and excluded.last_at >= address.last_at then excluded.name_key else address.name_key end,
       last_at = case when excluded.last_at > address.last_at then excluded.last_at else address.last_at end`,
  );
}

export async function suggestAddresses(
  db: Kysely<IndexTables>,
  account: number,
  prefix: string,
  limit: number,
): Promise<EmailAddress[]> {
  const start = escapeLike(prefix.trim().toLowerCase().slice(0, MAX_PREFIX));
  if (start === '') return [];
  return db
    .selectFrom('address')
    .select(['name', 'email'])
    .where('account', '=', account)
    .where(sql<SqlBool>`(${like('email_key', `${start}%`)} or ${like('name_key', `% ${start}%`)})`)
    .orderBy('written', 'desc')
    .orderBy('seen', 'desc')
    .orderBy('last_at', 'desc')
    .orderBy('email_key')
    .limit(limit)
    .execute();
}

function add(rows: Map<string, Row>, address: EmailAddress, receivedAt: number, sent: boolean): void {
  const email = storable(address.email).slice(0, MAX_LENGTH);
  if (!email.includes('@')) return;
  const key = email.toLowerCase();
  const row = rows.get(key) ?? { name: null, email, written: 0, seen: 0, lastAt: Number.MIN_SAFE_INTEGER };
  rows.set(key, row);
  row[sent ? 'written' : 'seen'] += 1;
  if (receivedAt < row.lastAt) return;
  row.lastAt = receivedAt;
  row.name = (address.name && storable(address.name).trim().slice(0, MAX_LENGTH)) || row.name;
}

function nameKey(name: string | null): string {
  return name === null
    ? ''
    : ` ${name
        .toLowerCase()
        .split(/[\s"'(),.;<>]+/u)
        .filter(Boolean)
        .join(' ')}`;
}
