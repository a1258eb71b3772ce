/**
 * From a client's filter to what the index can answer: each condition with words becomes the set of ids that a search
 * found. What the index knows of is found also while the mail server is away; the answer says then that it is partial.
 */
import type { Account } from '@/lib/account/account';
import { ConnectionError } from '@/lib/errors';
import { queryTokens } from '@/lib/index/query-text';
import type { IndexFilter, MailboxRow } from '@/lib/index/types';
import { isOperator } from '@/lib/jmap/filter';
import type { EmailFilterCondition, Filter, Id } from '@/lib/jmap/types';
import { termsOf } from '@/lib/mime/search-words';
import type { TextSearch } from '@/lib/source/source';
import { splitCondition } from './condition';

/** Hits of one search (security.md R20). */
const MAX_HITS = 10_000;
/** Fields of which the index has every word. */
const HELD: ReadonlySet<string> = new Set(['subject', 'from', 'to', 'cc', 'bcc']);

/** The server reads what it searches: so much takes it a second or less. */
const WORTH_STEPS = 5_000;

export interface SearchReach {
  indexOnly: boolean;
  /** Epoch ms: the mail server searches what was received since; null: all. */
  since: number | null;
  /** Aborted when whoever asked is gone. */
  left?: AbortSignal;
}

export interface SearchedFilter {
  filter: IndexFilter | null;
  /** Words were searched for: the result cannot be followed by queryChanges. */
  hasWords: boolean;
  /** Why hits may be missing: `index` when only the index was asked, `older` when the server searched back to `since`, `server`, or an error code; null: all is there. */
  partial: string | null;
}

export function hasWords(filter: Filter<EmailFilterCondition> | null): boolean {
  if (filter === null) return false;
  return isOperator(filter) ? filter.conditions.some(hasWords) : splitCondition(filter).text !== null;
}

export async function searchFilter(
  account: Account,
  filter: Filter<EmailFilterCondition> | null,
  reach: SearchReach,
): Promise<SearchedFilter> {
  if (filter === null || !hasWords(filter)) return { filter, hasWords: false, partial: null };
  const search = new FilterSearch(account, reach);
  const searched = await search.replace(filter, await search.mailboxesOf(filter));
  return { filter: searched, hasWords: true, partial: search.partial };
}

class FilterSearch {
  partial: string | null = null;
  readonly #account: Account;
  readonly #reach: SearchReach;

  constructor(account: Account, reach: SearchReach) {
    this.#account = account;
    this.#reach = reach;
  }

  async replace(filter: Filter<EmailFilterCondition>, mailboxIds: Id[] | null): Promise<IndexFilter> {
    if (isOperator(filter)) {
      const conditions: IndexFilter[] = [];
      for (const child of filter.conditions) conditions.push(await this.replace(child, mailboxIds));
      return { operator: filter.operator, conditions };
    }
    const { text, rest } = splitCondition(filter);
    if (!text) return rest;
    const within = filter.inMailbox ? [filter.inMailbox] : mailboxIds;
    const isKnown = !hasPhrase(text) && (!this.#isRemote || (await this.#isHeld(text, within)));
    if (!text.header && (this.#reach.indexOnly || isKnown)) return this.#asIndexed(text, rest, isKnown);
    return { operator: 'AND', conditions: [rest, { ids: await this.#search(text, within) }] };
  }

  get #isRemote(): boolean {
    return this.#account.source.kind === 'imap';
  }

  /**
   * The mailboxes that can hold a hit, from the conditions that all hits must meet. null stands for all but junk and
   * trash, which is what most searches mean and what the source does best.
   */
  async mailboxesOf(filter: Filter<EmailFilterCondition>): Promise<Id[] | null> {
    const required = conjunction(filter);
    const only = required.find((condition) => condition.inMailbox !== undefined)?.inMailbox;
    if (only !== undefined) return [only];
    const left = new Set(required.flatMap((condition) => condition.inMailboxOtherThan ?? []));
    const mailboxes = await this.#account.mailboxes();
    const isRest = (role: string | null) => role === 'junk' || role === 'trash';
    const usual = mailboxes.every(({ id, role }) => left.has(id) === isRest(role));
    return usual ? null : mailboxes.filter(({ id }) => !left.has(id)).map(({ id }) => id);
  }

  /** Once the index is complete it has every word of these fields: a server would say the same, later. */
  async #isHeld(text: TextSearch, within: Id[] | null): Promise<boolean> {
    const fields = Object.entries(text);
    if (
      !fields.every(
        ([name, words]) => HELD.has(name) && typeof words === 'string' && termsOf(words).length > 0,
      )
    )
      return false;
    const mailboxes = await this.#searchedIn(within);
    return mailboxes.every(({ wire }) => wire?.filledDownTo === 1);
  }

  /** The index compares words within the query itself: ids of thousands of hits would be read, sent and looked up again. */
  #asIndexed(
    { header: _none, ...words }: TextSearch,
    rest: EmailFilterCondition,
    isKnown: boolean,
  ): IndexFilter {
    if (this.#isRemote && !isKnown) this.partial ??= 'index';
    return { ...rest, ...words };
  }

  /** Few messages are searched at once, however far back. */
  async #sinceIn(within: Id[] | null): Promise<number | null> {
    if (this.#reach.since === null || !this.#isRemote) return null;
    const searched = await this.#searchedIn(within);
    const total = searched.reduce((sum, { totalEmails }) => sum + totalEmails, 0);
    return total < WORTH_STEPS ? null : this.#reach.since;
  }

  async #searchedIn(within: Id[] | null): Promise<MailboxRow[]> {
    return (await this.#account.mailboxes()).filter(({ id, role, wire }) =>
      within ? within.includes(id) : wire?.selectable && role !== 'junk' && role !== 'trash',
    );
  }

  async #search(text: TextSearch, mailboxIds: Id[] | null): Promise<Id[]> {
    // The index holds the fields that a list shows, no others.
    const known = text.header ? [] : await this.#account.index.search(text, mailboxIds, MAX_HITS);
    // It knows words, not their order: of a phrase only the source can say where it stands.
    const believed = hasPhrase(text) ? [] : known;
    if (this.#reach.indexOnly) {
      this.partial ??= 'index';
      return known;
    }
    try {
      const since = await this.#sinceIn(mailboxIds);
      const found = await this.#account.search(text, mailboxIds, since, this.#reach.left);
      if (since !== null) this.partial ??= 'older';
      else if (found.partial) this.partial ??= 'server';
      return [...new Set([...believed, ...found.emailIds])];
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.partial ??= error.code;
      return known;
    }
  }
}

function hasPhrase(text: TextSearch): boolean {
  return Object.values(text).some(
    (words) => typeof words === 'string' && queryTokens(words).some(({ isPhrase }) => isPhrase),
  );
}

function conjunction(filter: Filter<EmailFilterCondition>): EmailFilterCondition[] {
  if (!isOperator(filter)) return [filter];
  return filter.operator === 'AND' ? filter.conditions.flatMap(conjunction) : [];
}
