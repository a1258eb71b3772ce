/**
 * One open account: its index and its source behind one face (design decision 2). Reads are answered by the index; what is
 * missing is fetched first, what may be stale is refreshed behind the answer. All writes go through `write`, one by one.
 */
import { ConnectionError } from '@/lib/errors';
import type { AccountIndex, EmailRow, MailboxRow } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { TextPart } from '@/lib/mime/digest';
import { MAX_HEADER } from '@/lib/mime/limits';
import {
  type CollectProgress,
  type Detail,
  mimeSection,
  type SearchResult,
  type Source,
  type SourceStatus,
  type TextSearch,
} from '@/lib/source/source';
import { ByteCache } from './byte-cache';
import { KeptSearches } from './kept-searches';
import { readAtMost, tooLarge } from './read-at-most';
import type { AccountRecord } from './record';
import { SeenTexts } from './seen-texts';
import { Serial } from './serial';
import { SingleFlight } from './single-flight';

/** A mailbox that is looked at is asked for news at most this often; the source watches it besides. */
const MAILBOX_REST_MS = 3_000;
const LIST_REST_MS = 30_000;
const FIRST_WINDOW = 50;
/** For how long a mailbox counts as looked at, and how many do. */
const LOOKED_MS = 10 * 60_000;
const MAX_LOOKED = 3;
/** Header blocks kept in memory: a few hundred, for lists that show a header field. */
const HEADER_CACHE = 4_000_000;
/** Texts that were shown and messages that were written lately, of all accounts together: no mail server is asked for them again. */
const texts = new ByteCache(64_000_000);
/** A server may ignore the range it is asked for (gateway.md pitfall 6); more than this is not read past. */
const MAX_OVERREAD = 25_000_000;
/** Of the parts of one message that a person waits for. */
const MAX_TOGETHER = 256 << 10;
/** Header blocks of parts asked for in one command: it stays short. */
const MANY_HEADERS = 100;

/** What must be known of a row; the structure is read along only when it is asked for, as it is the half of it. */
export type Wanted = Detail | 'hasAttachment';

export interface AccountParts {
  index: AccountIndex;
  source: Source;
}

export class Account {
  readonly record: AccountRecord;
  readonly index: AccountIndex;
  readonly source: Source;
  /** How far a POP3 feed is; null when nothing is being collected. */
  progress: CollectProgress | null = null;
  #usedAt = Date.now();
  #holds = 0;
  #hasAudience = false;
  #watched = '';
  readonly #looked = new Map<Id, number>();
  readonly #writes = new Serial();
  readonly #flight = new SingleFlight();
  /** Emails whose previews are on their way. */
  readonly #reading = new Map<Id, Promise<ReadonlyMap<Id, string>>>();
  readonly #headers = new ByteCache(HEADER_CACHE);
  readonly #searches: KeptSearches;
  readonly #seen: SeenTexts;
  #isListed = false;

  constructor(record: AccountRecord, parts: AccountParts) {
    this.record = record;
    this.index = parts.index;
    this.source = parts.source;
    this.#searches = new KeptSearches(parts.source, parts.index);
    this.#seen = new SeenTexts(parts.index);
  }

  get id(): Id {
    return this.record.id;
  }

  get usedAt(): number {
    return this.#usedAt;
  }

  touch(): void {
    this.#usedAt = Date.now();
  }

  /** Something long goes on: a download must not end because the account counts as idle. */
  get isBusy(): boolean {
    return this.#holds > 0;
  }

  hold(): () => void {
    this.#holds += 1;
    return () => {
      this.#holds -= 1;
      this.touch();
    };
  }

  status(): SourceStatus {
    return this.source.status();
  }

  /** Not to be nested. */
  write<T>(work: (source: Source) => Promise<T>): Promise<T> {
    return this.#writes.run(() => work(this.source));
  }

  async mailboxes(): Promise<MailboxRow[]> {
    await this.listed();
    return this.index.mailboxes();
  }

  /** Resolves when the mailboxes are known: those of an account never seen are read first, later the list is refreshed behind. */
  async listed(): Promise<void> {
    const refresh = () => this.source.refreshMailboxes();
    this.#isListed ||= (await this.index.mailboxes()).length > 0;
    if (this.#isListed) this.#behind(this.#flight.soon('mailboxes', LIST_REST_MS, refresh));
    else await this.#flight.run('mailboxes', refresh);
  }

  /**
   * Somebody looks at this mailbox. One never seen answers when its newest `window` emails are known; an error is thrown
   * then, because "empty" needs proof (security.md I8).
   */
  async look(mailboxId: Id, window: number): Promise<void> {
    const mailbox = await this.index.mailbox(mailboxId);
    if (!mailbox) return;
    this.#looked.set(mailboxId, Date.now());
    this.#updateWatch();
    const refresh = () => this.source.refreshMailbox(mailboxId, window);
    const neverSeen = mailbox.wire?.selectable === true && mailbox.wire.filledDownTo === null;
    if (neverSeen) await this.#flight.run(mailboxId, refresh);
    else this.#behind(this.#flight.soon(mailboxId, MAILBOX_REST_MS, refresh));
  }

  /** Somebody has come to the end of a mailbox of which only some days were read. @returns whether there is more now */
  async readOlder(mailboxId: Id, count: number): Promise<boolean> {
    const { source, record } = this;
    if (record.settings.imap.windowDays === null || !source.readOlder) return false;
    const read = source.readOlder.bind(source, mailboxId, count);
    if (((await this.index.mailbox(mailboxId))?.wire?.filledDownTo ?? 1) <= 1) return false;
    try {
      await this.#flight.run(`older ${mailboxId}`, read);
      return true;
    } catch (error) {
      // What is known can be read without the server, and that it is away is told by the account.
      if (error instanceof ConnectionError) return false;
      throw error;
    }
  }

  /** The first screen of a mail program: the mailboxes and the newest of the inbox. */
  prepare(): void {
    this.#behind(this.#readFirst());
  }

  async #readFirst(): Promise<void> {
    const inbox = (await this.mailboxes()).find(({ role }) => role === 'inbox');
    if (inbox) await this.look(inbox.id, FIRST_WINDOW);
  }

  /**
   * Rows with these details, in the order asked; ids that do not exist are left out. While the server is away a missing
   * preview is no reason to show nothing, missing headers or structure are. `previewsLater`: previews that are not known are
   * null, and read behind the answer.
   */
  async emails(ids: Id[], wanted: Wanted[], previewsLater = false): Promise<EmailRow[]> {
    if (previewsLater) return this.#rowsFirst(ids, wanted);
    const read = () => this.index.emails(ids, { withoutStructure: !wanted.includes('structure') });
    const rows = await read();
    const incomplete = rows.filter((row) => wanted.some((one) => this.#lacks(row, one)));
    if (incomplete.length === 0) return inOrder(ids, rows);
    let previews: ReadonlyMap<Id, string> = new Map();
    const missing = incomplete.map(({ id }) => id);
    const lacksMore = incomplete.some((row) =>
      wanted.some((one) => one !== 'preview' && this.#lacks(row, one)),
    );
    try {
      const details = wanted.map((one) => (one === 'hasAttachment' ? 'structure' : one));
      previews = await (lacksMore ? this.source.fill(missing, details) : this.#previews(missing));
    } catch (error) {
      const needed = wanted.filter((one) => one !== 'preview');
      const readable = rows.every((row) => !needed.some((one) => this.#lacks(row, one)));
      if (!(error instanceof ConnectionError) || !readable) throw error;
    }
    const known = (await read()).map((row) => ({
      ...row,
      preview: row.preview ?? previews.get(row.id) ?? null,
    }));
    return inOrder(ids, known);
  }

  async #rowsFirst(ids: Id[], wanted: Wanted[]): Promise<EmailRow[]> {
    const rows = await this.emails(
      ids,
      wanted.filter((one) => one !== 'preview'),
    );
    const without = wanted.includes('preview') ? rows.filter(({ preview }) => preview === null) : [];
    // While others are read, these are left to whoever asks for them: clicks are not to wait behind a long scroll.
    if (without.length > 0 && this.#reading.size === 0)
      this.#behind(this.#previews(without.map(({ id }) => id)));
    return rows;
  }

  /** Each is read once, however many ask. */
  async #previews(ids: Id[]): Promise<ReadonlyMap<Id, string>> {
    const fresh = ids.filter((id) => !this.#reading.has(id));
    if (fresh.length > 0) {
      const reading = this.source.fill(fresh, ['preview']).finally(() => {
        for (const id of fresh) this.#reading.delete(id);
      });
      for (const id of fresh) this.#reading.set(id, reading);
    }
    const read = await Promise.all(new Set(ids.map((id) => this.#reading.get(id))));
    return new Map(read.flatMap((previews) => [...(previews ?? [])]));
  }

  #lacks(row: EmailRow, wanted: Wanted): boolean {
    // A local Email without structure is one of which only the headers were fetched: a list is no reason to fetch the rest.
    if (wanted === 'hasAttachment') return !row.hasStructure && this.source.kind !== 'local';
    return wanted === 'structure' ? !row.hasStructure : row[wanted] === null;
  }

  /** The header block; it never changes. */
  readHeader(emailId: Id): Promise<Buffer> {
    return this.#headers.get(emailId, () => this.source.readHeader(emailId));
  }

  /** The first `length` bytes of a part, still transfer-encoded; content never changes, so they are kept for a while. */
  readText(emailId: Id, path: string, length: number): Promise<Buffer> {
    return texts.get(this.#textKey(emailId, path, length), async () => {
      const stream = await this.source.readPart(emailId, path, { offset: 0, length });
      return (await readAtMost(stream, length + MAX_OVERREAD)).subarray(0, length);
    });
  }

  /** Somebody reads these: from now on the index finds their words, too. What is stored here has them from the beginning. */
  seen(emailId: Id, texts: TextPart[]): void {
    if (this.source.kind === 'imap') this.#seen.note(emailId, texts);
  }

  /** What `readText` and `readHeader` are asked for next, in one exchange with a server; what it does not bring is read by them. */
  async readAhead(emailId: Id, wanted: { path: string; length: number }[], header: boolean): Promise<void> {
    if (!this.source.readTogether) return;
    const missing = wanted.filter(
      ({ path, length }) => length > 0 && !texts.has(this.#textKey(emailId, path, length)),
    );
    const withHeader = header && !this.#headers.has(emailId);
    const total = missing.reduce((sum, { length }) => sum + length, 0);
    if (missing.length + Number(withHeader) < 2 || total > MAX_TOGETHER) return;
    const found = await this.source.readTogether(emailId, missing, withHeader);
    if (found.header) this.#headers.put(emailId, found.header);
    for (const { path, length } of missing) {
      const bytes = found.parts.get(path);
      if (bytes) texts.put(this.#textKey(emailId, path, length), bytes.subarray(0, length));
    }
  }

  /** By path; those that the server does not give are missing. */
  async readPartHeaders(emailId: Id, paths: string[]): Promise<ReadonlyMap<string, Buffer>> {
    const headers = new Map<string, Buffer>();
    for (let from = 0; from < paths.length; from += MANY_HEADERS) {
      const some = paths.slice(from, from + MANY_HEADERS);
      const sections = some.map((path) => ({ path: mimeSection(path), length: MAX_HEADER }));
      const together = await this.source.readTogether?.(emailId, sections, false);
      for (const path of some) {
        const section = mimeSection(path);
        const header = together
          ? together.parts.get(section)
          : await this.readText(emailId, section, MAX_HEADER);
        if (header) headers.set(path, header);
      }
    }
    return headers;
  }

  /** Remembers a message that was just stored: what is written is mostly sent a moment later. */
  keepRaw(emailId: Id, raw: Buffer): void {
    texts.put(`${this.id} ${emailId}`, raw);
  }

  /** The whole message. @throws tooLarge, notFound */
  async readRaw(emailId: Id, limit: number): Promise<Buffer> {
    const kept = texts.known(`${this.id} ${emailId}`);
    if (!kept) return readAtMost(await this.source.readRaw(emailId), limit);
    if (kept.length > limit) throw tooLarge(limit);
    return kept;
  }

  #textKey(emailId: Id, path: string, length: number): string {
    return `${this.id} ${emailId} ${path} ${length}`;
  }

  /**
   * @param since epoch ms: mail received before is not searched; null: all is
   * @param left aborted when the caller is gone
   */
  search(
    query: TextSearch,
    mailboxIds: Id[] | null,
    since: number | null,
    left?: AbortSignal,
  ): Promise<SearchResult> {
    return this.#searches.find(query, mailboxIds, since, left);
  }

  /** POP3: fetches now. Resolves when the run has started. */
  async collect(by: 'person' | 'timer' = 'person'): Promise<void> {
    await this.source.collect?.(by);
  }

  /** Whether an event stream of the user is open: only then other programs' changes are watched for. */
  setAudience(hasAudience: boolean): void {
    this.#hasAudience = hasAudience;
    this.#updateWatch();
  }

  async close(): Promise<void> {
    await this.#seen.close();
    await this.source.close();
  }

  #updateWatch(): void {
    const ids = this.#hasAudience ? this.#lookedNow() : [];
    const watched = `${this.#hasAudience} ${ids.join()}`;
    if (watched === this.#watched) return;
    this.#watched = watched;
    if (ids.length > 0 || !this.#hasAudience) this.source.watch(ids);
    else this.#behind(this.#watchInbox());
  }

  async #watchInbox(): Promise<void> {
    const inbox = (await this.mailboxes()).find((mailbox) => mailbox.role === 'inbox');
    // A mailbox may have been looked at meanwhile.
    if (inbox && this.#hasAudience && this.#lookedNow().length === 0) this.source.watch([inbox.id]);
  }

  #lookedNow(): Id[] {
    const since = Date.now() - LOOKED_MS;
    const recent = [...this.#looked].filter(([, at]) => at > since).sort(([, a], [, b]) => b - a);
    for (const [id, at] of this.#looked) if (at <= since) this.#looked.delete(id);
    return recent.slice(0, MAX_LOOKED).map(([id]) => id);
  }

  /** Work behind an answer: its failure shows in the status of the source. */
  #behind(work: Promise<unknown>): void {
    work.catch((error) => log.debug('account.behind', { accountId: this.id, ...errorFields(error) }));
  }
}

function inOrder(ids: Id[], rows: EmailRow[]): EmailRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
}
