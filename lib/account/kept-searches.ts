/**
 * What the mail server found lately. It reads every message for words of a text: a page further down the same hits, and a
 * step further back in time, ask for what was not searched yet, and for nothing twice.
 */
import type { AccountIndex } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { SearchResult, Source, TextSearch } from '@/lib/source/source';
import { Interest } from './interest';

/** As long as the account's mail is known to be the same; what nobody has noticed yet must not stay hidden. */
const KEPT_MS = 30_000;
const MOST = 8;
/** A server that searches longer than this is not waited for (design: budgets). */
const SEARCH_MS = 60_000;

interface Kept {
  /** Epoch ms; everything received since then was searched; null: everything. */
  since: number | null;
  result: Promise<SearchResult>;
  at: number;
  interest: Interest;
}

export class KeptSearches {
  readonly #source: Pick<Source, 'search'>;
  readonly #index: Pick<AccountIndex, 'state'>;
  readonly #kept = new Map<string, Kept>();

  constructor(source: Pick<Source, 'search'>, index: Pick<AccountIndex, 'state'>) {
    this.#source = source;
    this.#index = index;
  }

  /**
   * @param since only mail received since is searched; null: all
   * @param left aborted when the caller is gone; a search that all have left is given up
   */
  async find(
    query: TextSearch,
    mailboxIds: Id[] | null,
    since: number | null,
    left?: AbortSignal,
  ): Promise<SearchResult> {
    const key = JSON.stringify([await this.#index.state(), query, mailboxIds]);
    const kept = this.#kept.get(key);
    const isGood = kept && Date.now() - kept.at < KEPT_MS && !kept.interest.lost.aborted;
    const known = isGood ? kept : null;
    known?.interest.join(left);
    if (known && (known.since === null || (since !== null && known.since <= since))) return known.result;
    const interest = new Interest();
    interest.join(left);
    const result = this.#further(query, mailboxIds, since, known, interest.lost).finally(() =>
      interest.end(),
    );
    this.#keep(key, { since, result, at: Date.now(), interest });
    return result;
  }

  async #further(
    query: TextSearch,
    mailboxIds: Id[] | null,
    since: number | null,
    known: Kept | null,
    left: AbortSignal,
  ): Promise<SearchResult> {
    const newer = await known?.result;
    const span = { since, before: known?.since ?? null, left };
    const older = await this.#source.search(query, mailboxIds, AbortSignal.timeout(SEARCH_MS), span);
    if (!newer) return older;
    const emailIds = [...new Set([...newer.emailIds, ...older.emailIds])];
    return { emailIds, partial: newer.partial || older.partial };
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    // A search that failed is done again.
    kept.result.catch(() => this.#kept.get(key) === kept && this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }
}
