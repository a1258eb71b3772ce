/**
 * The local source: the index and the blob store are the truth (design decision 2). The demo mailbox is nothing else; a POP3
 * account has a collector that delivers into its inbox.
 */
import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { AccountRecord } from '@/lib/account/record';
import { hasPassed } from '@/lib/clock';
import type { BlobStore } from '@/lib/db/blob-store';
import { storageError } from '@/lib/db/blob-store-open';
import { feedTables } from '@/lib/db/feed-tables';
import type { MainTables } from '@/lib/db/tables';
import { RequestError } from '@/lib/errors';
import type { AccountIndex } from '@/lib/index/types';
import type { Id, MailboxRole } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { NetConfig } from '@/lib/net/guard';
import type { Secret } from '@/lib/net/types';
import { Bodies, BodyMissing } from '@/lib/source/local/bodies';
import { collectorOf } from '@/lib/source/local/collector-of';
import { Deliverer, type Delivery } from '@/lib/source/local/delivery';
import type { Destination } from '@/lib/source/local/destination';
import { digest, MAX_DIGEST } from '@/lib/source/local/digest';
import { EmailChanges, type Outcome } from '@/lib/source/local/email-changes';
import { Ledger } from '@/lib/source/local/ledger';
import { LocalMailboxes } from '@/lib/source/local/mailboxes';
import type { Pop3Collector } from '@/lib/source/local/pop3-collector';
import { LocalRetention } from '@/lib/source/local/retention';
import { searchLocal } from '@/lib/source/local/search';
import { LocalStorage } from '@/lib/source/local/storage';
import type {
  ByteRange,
  Detail,
  EmailAppend,
  EmailPatch,
  MailboxCreate,
  MailboxPatch,
  SearchResult,
  Source,
  SourceEvents,
  SourceQuota,
  SourceStatus,
  StoredAppend,
  StoredMail,
  TextSearch,
} from '@/lib/source/source';

/** Looking at a POP3 account collects, but not more often than this (gateway.md 3). */
const LOOK_REST_MS = 5 * 60_000;

export interface LocalSourceDeps {
  record: AccountRecord;
  /** Over the main database. */
  index: AccountIndex;
  blobs: BlobStore;
  db: Kysely<MainTables>;
  config: NetConfig;
  /** Bytes of mail of one user; null: no limit. */
  storageLimit: number | null;
  events: SourceEvents;
  /** POP3 accounts only. */
  secret?: () => Promise<Secret>;
  /** Other accounts of the same person. */
  destination?: (accountId: Id) => Destination;
  /** POP3 brought something as read (read-marks.ts). */
  onRead?: () => void;
}

export function createLocalSource(deps: LocalSourceDeps): LocalSource {
  return new LocalSource(deps);
}

export class LocalSource implements Source {
  readonly kind = 'local';
  readonly #index: AccountIndex;
  readonly #bodies: Bodies;
  readonly #mailboxes: LocalMailboxes;
  readonly #deliverer: Deliverer;
  readonly #changes: EmailChanges;
  readonly #ledger: Ledger;
  readonly #storage: LocalStorage;
  readonly #collector: Pop3Collector | null;
  readonly #fetchesOnOpening: boolean;
  readonly #retention: LocalRetention;

  constructor(deps: LocalSourceDeps) {
    const { record, index, blobs } = deps;
    const db = feedTables(deps.db);
    this.#index = index;
    this.#bodies = new Bodies(record.id, db, blobs);
    this.#storage = new LocalStorage(deps.db, record, deps.storageLimit);
    this.#mailboxes = new LocalMailboxes(index);
    this.#deliverer = new Deliverer(index, blobs, this.#bodies, this.#storage);
    this.#changes = new EmailChanges(index, this.#bodies, this.#mailboxes);
    const ledger = new Ledger(record.id, db);
    this.#ledger = ledger;
    const { config, events, destination, secret, onRead } = deps;
    this.#collector = collectorOf({
      ...{ record, index, db, blobs, config, events, ledger },
      ...{ mailboxes: this.#mailboxes, deliverer: this.#deliverer },
      ...{ destination, secret, onRead },
    });
    this.#fetchesOnOpening = record.settings.pop3.fetchOnOpening;
    this.#retention = new LocalRetention({
      ...{ accountId: record.id, index, db, ledger, changes: this.#changes },
      ...{ mailboxes: this.#mailboxes, settings: record.settings.retention },
    });
  }

  /** The id of one of the six mailboxes that every local account has. */
  roleId(role: MailboxRole): Id {
    return this.#mailboxes.roleId(role);
  }

  status(): SourceStatus {
    return this.#collector?.status() ?? { connection: 'ready', since: null, error: null };
  }

  refreshMailboxes(): Promise<void> {
    return this.#mailboxes.ensure();
  }

  /** Nobody else changes a local mailbox. */
  refreshMailbox(): Promise<void> {
    return this.#mailboxes.ensure();
  }

  /** All is known since the message came; only a row that lost its details is read again. */
  async fill(emailIds: Id[], details: Detail[]): Promise<ReadonlyMap<Id, string>> {
    const rows = await this.#index.emails(emailIds);
    for (const row of rows.filter((row) => details.some((detail) => row[detail] === null))) {
      // With its body, one of which only the headers were here brings all details.
      if (await this.#complete(row.id)) continue;
      const { raw, size } = await this.#bodies.beginning(row.id, MAX_DIGEST);
      const { headers, structure, preview, words } = await digest(raw, size);
      await this.#index.write((writer) =>
        writer.setDetails(row.id, { headers, structure, preview, text: { words } }),
      );
    }
    return new Map();
  }

  readHeader(emailId: Id): Promise<Buffer> {
    return this.#bodies.header(emailId);
  }

  readPart(emailId: Id, path: string, range?: ByteRange): Promise<Readable> {
    return this.#whole(emailId, () => this.#bodies.part(emailId, path, range));
  }

  readRaw(emailId: Id, range?: ByteRange): Promise<Readable> {
    return this.#whole(emailId, () => this.#bodies.raw(emailId, range));
  }

  async #whole<T>(emailId: Id, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof BodyMissing) || !(await this.#complete(emailId))) throw error;
      return read();
    }
  }

  /** @returns whether its body was missing, and was fetched */
  async #complete(emailId: Id): Promise<boolean> {
    const uidl = this.#collector && (await this.#ledger.listedUidl(emailId));
    if (!uidl) return false;
    await this.#collector?.complete(uidl);
    return true;
  }

  async createMailbox(mailbox: MailboxCreate): Promise<Id> {
    await this.#mailboxes.ensure();
    return told(this.#mailboxes.create(mailbox));
  }

  updateMailbox(id: Id, patch: MailboxPatch): Promise<void> {
    return told(this.#mailboxes.update(id, patch));
  }

  destroyMailbox(id: Id): Promise<void> {
    return this.#changes.destroyMailbox(id);
  }

  updateEmails(patches: EmailPatch[]): Promise<Outcome> {
    return told(this.#changes.update(patches));
  }

  destroyEmails(ids: Id[]): Promise<Outcome> {
    return this.#changes.destroy(ids);
  }

  async append({ raw, mailboxIds, keywords, receivedAt }: EmailAppend): Promise<Id> {
    const [id] = await this.appendAll([{ raw, mailboxIds, keywords, receivedAt }]);
    if (!id) throw new Error('an append gave no id');
    return id;
  }

  async appendStored({ message, ...rest }: StoredAppend): Promise<Id> {
    const { sha256, size } = message;
    const [id] = await this.#deliver([{ ...rest, content: { sha256, size } }]);
    if (!id) throw new Error('an append gave no id');
    return id;
  }

  /** Several in one commit. */
  appendAll(emails: EmailAppend[]): Promise<Id[]> {
    return this.#deliver(emails.map(({ raw, ...rest }) => ({ ...rest, content: raw })));
  }

  async #deliver(emails: Delivery[]): Promise<Id[]> {
    await this.#mailboxes.ensure();
    if (emails.some(({ mailboxIds }) => mailboxIds.length === 0)) {
      throw new RequestError('invalidProperties', 'an email must be in a mailbox');
    }
    await this.#mailboxes.exist([...new Set(emails.flatMap(({ mailboxIds }) => mailboxIds))]);
    return told(this.#deliverer.deliver(emails));
  }

  async search(query: TextSearch, mailboxIds: Id[] | null, signal: AbortSignal): Promise<SearchResult> {
    const where = mailboxIds ?? (await this.#mailboxes.searched());
    return searchLocal(this.#index, this.#bodies, query, where, signal);
  }

  stored(): Promise<StoredMail> {
    return this.#storage.stored();
  }

  async quotas(): Promise<SourceQuota[]> {
    if (!this.#storage.isLimited) return [];
    const { used, limit } = await this.#storage.stored();
    return [{ name: 'Gatepost', resourceType: 'octets', used, hardLimit: limit ?? 0 }];
  }

  /** Somebody opened the account: what waits on the POP3 server is wanted now. */
  watch(mailboxIds: Id[]): void {
    const collector = this.#fetchesOnOpening ? this.#collector : null;
    if (!collector || mailboxIds.length === 0 || !hasPassed(LOOK_REST_MS, collector.lastStart)) return;
    collector.collectUnlessPaused().catch((error) => log.debug('feed.on-opening', errorFields(error)));
  }

  expire(now: number): Promise<void> {
    return this.#retention.expire(now);
  }

  async collect(by: 'person' | 'timer' = 'person'): Promise<void> {
    await (by === 'person' ? this.#collector?.collect() : this.#collector?.collectUnlessPaused());
  }

  async cancelCollect(): Promise<void> {
    await this.#collector?.cancel();
  }

  async reconnect(): Promise<void> {
    await this.#collector?.collect();
  }

  /** Resolves when no run is going on; what is stored so far is kept. */
  async idle(): Promise<void> {
    await this.#collector?.idle();
  }

  async close(): Promise<void> {
    await this.#collector?.close();
  }
}

/** security.md R26: a full disk has a name. */
async function told<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw storageError(error);
  }
}
