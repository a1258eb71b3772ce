/**
 * What the mail servers of accounts can do, as they announced it at the last sign-in: known before the first connection after a
 * restart and while a server is away. Looked at again at each sign-in; what turned out to be an empty word is not counted.
 */
import type { Kysely } from 'kysely';
import { remoteTables } from '@/lib/db/remote-tables';
import type { MainTables } from '@/lib/db/tables';
import type { RemoteTables } from '@/lib/db/tables/remote';
import type { Id } from '@/lib/jmap/types';
import type { AccountRecord } from './record';
import { Serial } from './serial';

export interface ServerOffer {
  /** As in its CAPABILITY. */
  announced: readonly string[];
  refused: Readonly<Record<string, number>>;
  /** Epoch ms. */
  probedAt: number;
}

interface Known extends ServerOffer {
  server: string;
}

type Probed = Pick<AccountRecord, 'id' | 'incoming'>;

/** The same words again are written this often: their time only tells a person when they were seen. */
const SEEN_AGAIN_MS = 60 * 60_000;
/** What a server does not know today it may know after its next update, which need not change its list. */
const REFUSED_MS = 24 * 60 * 60_000;
const MAX_KNOWN = 10_000;
/** The longest list that was seen has 80; a server that sends more talks nonsense (security.md R19). */
const MAX_WORDS = 200;

export class ServerOffers {
  readonly #db: Kysely<RemoteTables>;
  readonly #known = new Map<Id, Known | null>();
  readonly #turns = new Serial();

  constructor(main: Kysely<MainTables>) {
    this.#db = remoteTables(main);
  }

  /** null: this server was never signed in to. */
  async of(account: Probed): Promise<ServerOffer | null> {
    const kept = this.#known.get(account.id);
    const known = kept === undefined ? await this.#read(account.id) : kept;
    return known?.server === serverOf(account) ? known : null;
  }

  /** @returns whether it can do other things than before */
  announced(account: Probed, words: readonly string[]): Promise<boolean> {
    return this.#turns.run(() => this.#announced(account, words));
  }

  async refused(account: Probed, capability: string): Promise<void> {
    await this.#turns.run(async () => {
      const before = await this.of(account);
      if (!before) return;
      await this.#write(account, { ...before, refused: { ...before.refused, [capability]: Date.now() } });
    });
  }

  /** Another process has learnt more. */
  forget(accountId: Id): void {
    this.#known.delete(accountId);
  }

  async #announced(account: Probed, words: readonly string[]): Promise<boolean> {
    const announced = [...new Set(words)].sort().slice(0, MAX_WORDS);
    const now = Date.now();
    const before = await this.of(account);
    const isSame = before !== null && before.announced.join(' ') === announced.join(' ');
    const refused = isSame ? lately(before.refused, now) : {};
    const isNews = !isSame || Object.keys(refused).length < Object.keys(before.refused).length;
    if (isNews || before.probedAt < now - SEEN_AGAIN_MS)
      await this.#write(account, { announced, refused, probedAt: now });
    return isNews;
  }

  async #read(accountId: Id): Promise<Known | null> {
    const row = await this.#db
      .selectFrom('server_offers')
      .selectAll()
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    const known = row
      ? {
          server: row.server,
          announced: JSON.parse(row.announced) as string[],
          refused: JSON.parse(row.refused) as Record<string, number>,
          probedAt: row.probed_at,
        }
      : null;
    this.#keep(accountId, known);
    return known;
  }

  async #write(account: Probed, { announced, refused, probedAt }: ServerOffer): Promise<void> {
    const server = serverOf(account);
    this.#keep(account.id, { server, announced, refused, probedAt });
    const columns = {
      ...{ server, probed_at: probedAt },
      ...{ announced: JSON.stringify(announced), refused: JSON.stringify(refused) },
    };
    await this.#db
      .insertInto('server_offers')
      .values({ account_id: account.id, ...columns })
      .onConflict((conflict) => conflict.column('account_id').doUpdateSet(columns))
      .execute();
  }

  #keep(accountId: Id, known: Known | null): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(accountId, known);
  }
}

export function canDo(offer: ServerOffer | null, capability: string): boolean {
  if (!offer || capability in offer.refused) return false;
  return offer.announced.some((word) => word === capability || word.startsWith(`${capability}=`));
}

/** `APPENDLIMIT=35651584` (RFC 7889 §2); null: it names none. */
export function appendLimitOf(offer: ServerOffer | null): number | null {
  const [, digits] = /^APPENDLIMIT=(\d{1,15})$/.exec(
    offer?.announced.find((word) => word.startsWith('APPENDLIMIT=')) ?? '',
  ) ?? [null, null];
  return digits ? Number(digits) : null;
}

function lately(refused: ServerOffer['refused'], now: number): Record<string, number> {
  return Object.fromEntries(Object.entries(refused).filter(([, at]) => at > now - REFUSED_MS));
}

function serverOf({ incoming }: Probed): string {
  return incoming ? `${incoming.host}:${incoming.port}` : '';
}
