/** Bounces and read receipts among the mail that came, told to the outbox; each is read once. */
import { ConnectionError, MailError } from '@/lib/errors';
import type { EmailRow } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import { parseDeliveryReport, typedAddress } from '@/lib/mime/delivery-report';
import { parseMdn } from '@/lib/mime/mdn';
import type { MimeTree } from '@/lib/mime/types';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';
import type { Outbox, Report, ReportedEvent } from '@/lib/outbox/types';
import type { Account } from './account';
import { rawBlobId } from './blob-id';
import { Blobs } from './blobs';
import type { Uploads } from './uploads';

/** News come in crowds: after the first the rest is waited for. */
const SOON_MS = 1_000;
const AT_ONCE = 100;
/** Clocks of mail servers differ, and mail is listed a little late. */
const OVERLAP_MS = 10 * 60_000;
/** A report with more in it gives back a large message; its beginning tells enough, but is not to be had alone. */
const MAX_REPORT = 5_000_000;

export class Reports {
  readonly #outbox: Outbox;
  readonly #uploads: Uploads;
  readonly #timers = new Map<Id, NodeJS.Timeout>();
  readonly #seen = new Map<Id, Set<Id>>();
  /** One look after the other: each begins where the one before has ended. */
  readonly #looks = new Map<Id, Promise<void>>();

  constructor(outbox: Outbox, uploads: Uploads) {
    this.#outbox = outbox;
    this.#uploads = uploads;
  }

  /** Mail of this account changed. */
  changed(account: Account): void {
    if (this.#timers.has(account.id)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(account.id);
      const look = (this.#looks.get(account.id) ?? Promise.resolve())
        .then(() => this.#look(account))
        .catch((error) => log.warn('reports', { id: account.id, ...errorFields(error) }))
        .finally(() => {
          if (this.#looks.get(account.id) === look) this.#looks.delete(account.id);
        });
      this.#looks.set(account.id, look);
    }, SOON_MS).unref();
    this.#timers.set(account.id, timer);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  async #look(account: Account): Promise<void> {
    const after = await this.#outbox.reportsAfter(account.id);
    if (after === null) return;
    const seen = this.#seen.get(account.id) ?? new Set<Id>();
    const ids = (await newest(account, after - OVERLAP_MS)).filter((id) => !seen.has(id));
    const rows = await account.emails(ids, ['headers', 'structure']);
    for (const row of rows)
      if (row.structure?.type === 'multipart/report') await this.#tryToRead(account, row);
    const last = Math.max(after, ...rows.map(({ receivedAt }) => Math.min(receivedAt, Date.now())));
    if (last > after) await this.#outbox.setReportsAfter(account.id, last);
    this.#seen.set(account.id, new Set([...seen, ...ids].slice(-2 * AT_ONCE)));
  }

  /** One that is too large or gone must not keep the others from being read. */
  async #tryToRead(account: Account, row: EmailRow): Promise<void> {
    try {
      await this.#read(account, row);
    } catch (error) {
      if (!(error instanceof MailError) || error instanceof ConnectionError) throw error;
      log.info('reports.unread', { id: account.id, ...errorFields(error) });
    }
  }

  async #read(account: Account, { id }: EmailRow): Promise<void> {
    const blobId = rawBlobId(id);
    const raw = await new Blobs(account, this.#uploads).read(blobId, MAX_REPORT);
    const report = reportOf(raw, await walkOrWhole(raw), blobId);
    if (report) await this.#outbox.join(account.id, report);
  }
}

async function newest(account: Account, from: number): Promise<Id[]> {
  const own = (await account.index.mailboxes()).filter(({ role }) => role === 'sent' || role === 'drafts');
  const filter = {
    after: new Date(from).toISOString(),
    inMailboxOtherThan: own.map(({ id }) => id),
  };
  const { ids } = await account.index.query({
    filter,
    sort: [{ property: 'receivedAt', isAscending: false }],
    collapseThreads: false,
    position: 0,
    anchor: null,
    anchorOffset: 0,
    limit: AT_ONCE,
  });
  return ids;
}

const KINDS = {
  failed: 'bounced',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'relayed',
  expanded: 'relayed',
} as const;

/** null: neither. */
function reportOf(raw: Buffer, tree: MimeTree, blobId: Id): Report | null {
  const delivery = parseDeliveryReport(raw, tree);
  if (delivery) {
    const { envelopeId, messageId } = delivery;
    const events = delivery.recipients.map(
      ({ action, originalRecipient, finalRecipient, diagnostic }): ReportedEvent => ({
        kind: KINDS[action],
        addresses: [originalRecipient, finalRecipient].filter((address) => address !== null),
        text: diagnostic,
      }),
    );
    return { kind: 'dsn', blobId, envelopeId, messageId, events };
  }
  const receipt = parseMdn(raw, tree);
  if (receipt?.disposition.type !== 'displayed') return null;
  const addresses = [receipt.originalRecipient, receipt.finalRecipient].flatMap(
    (text) => typedAddress(text) ?? [],
  );
  const messageId = receipt.originalMessageId?.replace(/^<|>$/g, '') ?? null;
  const events: ReportedEvent[] = [{ kind: 'displayed', addresses, text: '' }];
  return { kind: 'mdn', blobId, envelopeId: null, messageId, events };
}
