/**
 * Tells open event streams that their session or app password has ended: at once in this process, within seconds when
 * another node or the clock ended it (security.md S21). The rows are the truth; the poll runs only while somebody listens.
 */
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import { errorFields, log } from '@/lib/log';
import { ABSOLUTE_MS, IDLE_MS } from './token';

const POLL_MS = 3_000;
/** Streams of a session that is only listening still count as use. */
const LISTENING_SEEN_MS = 60 * 60_000;

type Db = Kysely<MainTables>;

class Revocations {
  readonly #listeners = new Map<string, Set<() => void>>();
  #timer: NodeJS.Timeout | null = null;

  listen(db: Db, id: string, listener: () => void): () => void {
    const all = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, all.add(listener));
    this.#timer ??= this.#poll(db);
    return () => {
      all.delete(listener);
      if (all.size === 0 && this.#listeners.get(id) === all) this.#listeners.delete(id);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  /** Ends what no longer lives. */
  async check(db: Db): Promise<void> {
    const ids = [...this.#listeners.keys()];
    if (ids.length === 0) return;
    const live = await livingOf(db, ids);
    for (const id of ids) {
      if (live.has(id)) continue;
      const listeners = this.#listeners.get(id) ?? [];
      this.#listeners.delete(id);
      for (const listener of listeners) listener();
    }
    if (this.#listeners.size === 0) this.#rest();
  }

  #poll(db: Db): NodeJS.Timeout {
    const timer = setInterval(() => {
      this.check(db).catch((error) => log.warn('auth.revocation-check-failed', errorFields(error)));
    }, POLL_MS);
    return timer.unref();
  }

  #rest(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}

async function livingOf(db: Db, ids: string[]): Promise<Set<string>> {
  const now = Date.now();
  const sessions = await db
    .selectFrom('session')
    .select('id')
    .where('id', 'in', ids)
    .where('last_seen_at', '>', now - IDLE_MS)
    .where('created_at', '>', now - ABSOLUTE_MS)
    .execute();
  await db
    .updateTable('session')
    .set({ last_seen_at: now })
    .where('id', 'in', ids)
    .where('last_seen_at', '<', now - LISTENING_SEEN_MS)
    .where('last_seen_at', '>', now - IDLE_MS)
    .execute();
  const appPasswords = await db.selectFrom('app_password').select('id').where('id', 'in', ids).execute();
  const accounts = await db.selectFrom('account').select('id').where('id', 'in', ids).execute();
  return new Set([...sessions, ...appPasswords, ...accounts].map((row) => row.id));
}

const store = globalThis as { gatepostRevocations?: Revocations };

/** One for the process: route handlers of Next share no module state. */
export function revocations(): Revocations {
  store.gatepostRevocations ??= new Revocations();
  return store.gatepostRevocations;
}
