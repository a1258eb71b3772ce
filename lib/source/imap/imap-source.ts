/** The IMAP source: the server is the truth, the index a cache of it (design decision 2). Each operation is a file. */
import type { Kysely } from 'kysely';
import type { AccountRecord } from '@/lib/account/record';
import { remoteTables } from '@/lib/db/remote-tables';
import type { MainTables } from '@/lib/db/tables';
import { RequestError } from '@/lib/errors';
import { ImapPool } from '@/lib/imap/pool';
import type { AccountIndex } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { NetConfig } from '@/lib/net/guard';
import type { Secret } from '@/lib/net/types';
import type { Source, SourceEvents } from '@/lib/source/source';
import { sweepAliases, sweepDaily } from './alias-sweep';
import { Aliases } from './aliases';
import { appendEmail, appendStored } from './append-email';
import { fillOlder } from './backfill';
import { behindDone } from './behind';
import { createMailbox, destroyMailbox, updateMailbox } from './change-mailbox';
import type { ImapContext } from './context';
import { destroyEmails } from './destroy-emails';
import { fill } from './fill';
import { OwnChanges } from './own-changes';
import { PreviewsBehind } from './previews-behind';
import { PutOff } from './put-off';
import { readQuotas } from './quotas';
import { readHeader, readSection, readTogether } from './read';
import { refreshMailbox } from './refresh-mailbox';
import { refreshMailboxes } from './refresh-mailboxes';
import { Rights } from './rights';
import { searchEmails } from './search-emails';
import { Serial } from './serial';
import { ServerIds } from './server-ids';
import { DEFAULT_IMAP_SETTINGS, type ImapSettings } from './settings';
import { unreadPlaces } from './unread-places';
import { updateEmails } from './update-emails';
import { Watcher } from './watch';

export interface ImapSourceOptions {
  record: Pick<AccountRecord, 'id' | 'incoming'>;
  settings?: ImapSettings;
  secret(): Promise<Secret>;
  index: AccountIndex;
  /** `gatepost.db`: what must last while the index may go. */
  main: Kysely<MainTables>;
  config: NetConfig;
  events: SourceEvents;
}

export interface ImapSource extends Source {
  readonly kind: 'imap';
  /** Resolves when no mailbox is being filled in the background. */
  filled(): Promise<void>;
}

export function createImapSource({
  record,
  settings = DEFAULT_IMAP_SETTINGS,
  secret,
  index,
  main,
  config,
  events,
}: ImapSourceOptions): ImapSource {
  if (!record.incoming) throw new RequestError('invalidArguments', 'the account has no incoming server');
  const closing = new AbortController();
  const onStatus = (status: Parameters<SourceEvents['onStatus']>[0]) => events.onStatus(status);
  const onAnnounced = (capabilities: string[]) => events.onAnnounced?.(capabilities);
  const pool = new ImapPool({ login: record.incoming, secret, config, onStatus, onAnnounced });
  const syncs = new Serial();
  const context: ImapContext = {
    settings,
    index,
    pool,
    serverIds: new ServerIds(),
    aliases: new Aliases(record.id, remoteTables(main), index),
    syncs,
    previews: new PreviewsBehind(index, syncs),
    own: new OwnChanges(),
    rights: new Rights(),
    putOff: new PutOff(record.id, remoteTables(main)),
    closed: closing.signal,
  };
  const watcher = new Watcher(context);
  const unread = (wanted: ReadonlySet<Id>) => unreadPlaces(context, wanted);
  const place = { accountId: record.id, db: remoteTables(main), index, unread };
  const stopSweeping = sweepDaily(() => syncs.run('aliases', () => sweepAliases(place, Date.now())));
  /** Of what is refused the rights are looked at again. */
  const tried = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error) => {
      context.rights.refused(context, error);
      throw error;
    });

  return {
    kind: 'imap',
    status: () => pool.connector.status,
    refreshMailboxes: async () => {
      await refreshMailboxes(context);
    },
    refreshMailbox: (id, window) => refreshMailbox(context, id, window),
    readOlder: (id, count) => fillOlder(context, id, count),
    fill: (ids, detail) => fill(context, ids, detail),
    readHeader: (id) => readHeader(context, id),
    readTogether: (id, parts, header) => readTogether(context, id, parts, header),
    readPart: (id, path, range) => readSection(context, id, path, range),
    readRaw: (id, range) => readSection(context, id, '', range),
    createMailbox: (mailbox) => tried(createMailbox(context, mailbox)),
    updateMailbox: (id, patch) => tried(updateMailbox(context, id, patch)),
    destroyMailbox: (id) => tried(destroyMailbox(context, id)),
    updateEmails: (patches) => updateEmails(context, patches),
    destroyEmails: (ids) => destroyEmails(context, ids),
    append: (email) => tried(appendEmail(context, email)),
    appendStored: (email) => tried(appendStored(context, email)),
    search: (query, mailboxIds, signal, span) => searchEmails(context, query, mailboxIds, signal, span),
    quotas: () => readQuotas(context, () => events.onRefused?.('QUOTA')),
    watch(mailboxIds) {
      watcher.watch(mailboxIds).catch((error) => log.error('imap.watch', errorFields(error)));
    },
    async reconnect() {
      pool.connector.forget();
      // Open sessions may stand on an old password.
      pool.drop();
      // Signs in, and what came, went or was renamed meanwhile shows at once.
      await refreshMailboxes(context);
      watcher.restart();
    },
    filled: () => behindDone(context),
    diagnostics: () => ({ watching: watcher.way, ...pool.connector.transcript.read() }),
    async close() {
      closing.abort();
      stopSweeping();
      watcher.close();
      pool.close();
      // Nobody writes to the index any more when this resolves: it may be closed then.
      await behindDone(context);
      await context.syncs.done();
    },
  };
}
