/** The rows of push subscriptions (RFC 8620 §7.2): each belongs to the credentials that made it and goes with them. */
import { randomBytes } from 'node:crypto';
import type { ExpressionBuilder, Kysely, Selectable } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import type { PushSubscriptionTable } from '@/lib/db/tables/jmap';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { PushKeys } from './encrypt';

export const MAX_SUBSCRIPTIONS = 20;
export const MAX_LIFE_MS = 30 * 24 * 60 * 60_000;

export interface Owner {
  userId: string;
  /** Session, app password or account. */
  credential: string;
}

export interface NewSubscription {
  deviceClientId: string;
  url: string;
  keys: PushKeys | null;
  types: string[] | null;
  expiresAt: number;
}

export interface Subscription extends NewSubscription {
  id: Id;
  owner: Owner;
  verificationCode: string;
  isVerified: boolean;
}

export interface SubscriptionChange {
  types?: string[] | null;
  expiresAt?: number;
  isVerified?: true;
}

export class Subscriptions {
  readonly #db: Kysely<MainTables>;

  constructor(db: Kysely<MainTables>) {
    this.#db = db;
  }

  /** @throws limitExceeded */
  async add(owner: Owner, wanted: NewSubscription): Promise<Subscription> {
    if ((await this.ofUser(owner.userId)).length >= MAX_SUBSCRIPTIONS)
      throw new RequestError('limitExceeded', 'too many push subscriptions', {
        params: { max: MAX_SUBSCRIPTIONS },
      });
    const row = {
      id: `n${randomBytes(10).toString('hex')}`,
      user_id: owner.userId,
      credential: owner.credential,
      device_client_id: wanted.deviceClientId,
      url: wanted.url,
      keys: wanted.keys && JSON.stringify(wanted.keys),
      verification_code: randomBytes(18).toString('base64url'),
      verified: 0,
      types: wanted.types && JSON.stringify(wanted.types),
      expires_at: wanted.expiresAt,
    };
    await this.#db.insertInto('push_subscription').values(row).execute();
    return toSubscription(row);
  }

  /** Only who made them sees them. */
  async of(owner: Owner): Promise<Subscription[]> {
    const all = await this.ofUser(owner.userId);
    return all.filter(({ owner: { credential } }) => credential === owner.credential);
  }

  async ofUser(userId: string): Promise<Subscription[]> {
    const rows = await this.#db
      .selectFrom('push_subscription')
      .selectAll()
      .where('user_id', '=', userId)
      .where(isLive)
      .orderBy('id')
      .execute();
    return rows.map(toSubscription);
  }

  async change(id: Id, { types, expiresAt, isVerified }: SubscriptionChange): Promise<void> {
    const values = {
      ...(types === undefined ? {} : { types: types && JSON.stringify(types) }),
      ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
      ...(isVerified ? { verified: 1 } : {}),
    };
    if (Object.keys(values).length === 0) return;
    await this.#db.updateTable('push_subscription').set(values).where('id', '=', id).execute();
  }

  async remove(id: Id): Promise<void> {
    await this.#db.deleteFrom('push_subscription').where('id', '=', id).execute();
  }

  /** Users to whom something is to be posted. */
  async listeners(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('push_subscription')
      .select('user_id')
      .distinct()
      .where('verified', '=', 1)
      .where(isLive)
      .execute();
    return rows.map(({ user_id }) => user_id);
  }

  /** Removes what is over. */
  async sweep(): Promise<void> {
    const live = this.#db.selectFrom('push_subscription').select('id').where(isLive);
    await this.#db.deleteFrom('push_subscription').where('id', 'not in', live).execute();
  }
}

/** Not expired, and the credentials that made it still stand (security.md S21). */
function isLive(where: ExpressionBuilder<MainTables, 'push_subscription'>) {
  return where.and([
    where('expires_at', '>', Date.now()),
    where.or([
      where('credential', 'in', where.selectFrom('session').select('session.id')),
      where('credential', 'in', where.selectFrom('app_password').select('app_password.id')),
      where('credential', 'in', where.selectFrom('account').select('account.id')),
    ]),
  ]);
}

function toSubscription(row: Selectable<PushSubscriptionTable>): Subscription {
  return {
    id: row.id,
    owner: { userId: row.user_id, credential: row.credential },
    deviceClientId: row.device_client_id,
    url: row.url,
    keys: row.keys === null ? null : JSON.parse(row.keys),
    verificationCode: row.verification_code,
    isVerified: row.verified === 1,
    types: row.types === null ? null : JSON.parse(row.types),
    expiresAt: Number(row.expires_at),
  };
}
