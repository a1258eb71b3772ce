/** The session object (RFC 8620 §2): what the server can do, and the accounts of who asks. */
import { createHash } from 'node:crypto';
import type { Account } from '@/lib/account/account';
import type { AccountRecord } from '@/lib/account/record';
import { type Runtime, runtime } from '@/lib/account/runtime';
import { appendLimitOf, canDo, type ServerOffer } from '@/lib/account/server-offers';
import { canBeAway } from '@/lib/account/sieve/vacation-script';
import type { Principal } from '@/lib/auth/types';
import type { Config } from '@/lib/config';
import type { SieveCapabilities } from '@/lib/sieve/client';
import { SIEVE_LIMITS } from '@/lib/sieve/limits';
import { MAX_HELD, toUtcDate } from '@/lib/source/source';
import { DIGESTS } from './blob/digests';
import { BLOB_TYPES, LIMITS, MAX_DATA_SOURCES, MAX_SCRIPT_NAME } from './limits';
import {
  BLOB,
  CORE,
  GATEPOST,
  type GatepostAccountCapability,
  type Id,
  type JmapSession,
  type JsonObject,
  MAIL,
  MDN,
  QUOTA,
  type SessionAccount,
  SIEVE,
  type State,
  SUBMISSION,
  VACATION,
  VAPID,
} from './types';

/** RFC 8621 §1.3.2: how far ahead a mail can be scheduled. */
export const MAX_DELAYED_SEND_SECONDS = 30 * 24 * 60 * 60;
/** Bytes of a mailbox name (RFC 8621 §1.3.1 asks for 100 at least). */
export const MAX_MAILBOX_NAME = 250;
export const EMAIL_SORTS = [
  'receivedAt',
  'sentAt',
  'size',
  'from',
  'to',
  'subject',
  'hasKeyword',
  'allInThreadHaveKeyword',
  'someInThreadHaveKeyword',
];
/** Those that a sort takes (RFC 8620 §5.5). */
export const COLLATIONS = ['i;unicode-casemap', 'i;ascii-casemap'];

export async function sessionFor(
  principal: Principal,
  host: Runtime | Promise<Runtime> = runtime(),
): Promise<JmapSession> {
  const gatepost = await host;
  const base = gatepost.config.baseUrl.origin;
  const records = await gatepost.accounts.list(principal.userId);
  const accounts: Record<Id, SessionAccount> = {};
  for (const record of records) accounts[record.id] = await sessionAccount(record, gatepost);
  const session = {
    capabilities: {
      [CORE]: {
        ...LIMITS,
        maxSizeUpload: gatepost.config.maxUpload,
        collationAlgorithms: COLLATIONS,
      },
      [MAIL]: {},
      [SUBMISSION]: {},
      ...sieveCapability(accounts),
      [QUOTA]: {},
      [BLOB]: {},
      [MDN]: {},
      [VAPID]: { applicationServerKey: gatepost.push.applicationServerKey },
      [GATEPOST]: { authservIds: gatepost.config.authservIds },
    },
    accounts,
    primaryAccounts: primaryAccounts(accounts),
    username: principal.username,
    apiUrl: `${base}/jmap/api`,
    downloadUrl: `${base}/jmap/download/{accountId}/{blobId}/{name}?type={type}`,
    uploadUrl: `${base}/jmap/upload/{accountId}`,
    eventSourceUrl: `${base}/jmap/events?types={types}&closeafter={closeafter}&ping={ping}`,
  };
  const state = createHash('sha256').update(JSON.stringify(session)).digest('hex').slice(0, 16);
  return { ...session, state };
}

/** For each capability the first account that has it. */
function primaryAccounts(accounts: Record<Id, SessionAccount>): Record<string, Id> {
  const primary: Record<string, Id> = {};
  for (const [id, { accountCapabilities }] of Object.entries(accounts))
    for (const capability of Object.keys(accountCapabilities)) primary[capability] ??= id;
  return primary;
}

export async function sessionState(principal: Principal, host: Runtime): Promise<State> {
  return (await sessionFor(principal, host)).state;
}

async function sessionAccount(
  record: AccountRecord,
  { accounts, config, sieve, offers }: Runtime,
): Promise<SessionAccount> {
  const offer = await offers.of(record);
  return {
    name: record.name,
    isPersonal: true,
    isReadOnly: false,
    accountCapabilities: {
      [MAIL]: {
        maxMailboxesPerEmail: null,
        maxMailboxDepth: null,
        maxSizeMailboxName: MAX_MAILBOX_NAME,
        maxSizeAttachmentsPerEmail: Math.min(config.maxUpload, MAX_HELD, attachable(offer)),
        emailQuerySortOptions: EMAIL_SORTS,
        mayCreateTopLevelMailbox: true,
      },
      [SUBMISSION]: {
        maxDelayedSend: MAX_DELAYED_SEND_SECONDS,
        // Mail is held here, not at the SMTP server: works with any. DSN is asked of those that have it.
        submissionExtensions: { FUTURERELEASE: [String(MAX_DELAYED_SEND_SECONDS)], DSN: [], REQUIRETLS: [] },
      },
      ...(hasQuotas(record, config, offer) ? { [QUOTA]: {} } : {}),
      ...sieveCapabilities(await sieve.capabilities(record)),
      [MDN]: {},
      [BLOB]: {
        maxSizeBlobSet: config.maxUpload,
        maxDataSources: MAX_DATA_SOURCES,
        supportedTypeNames: BLOB_TYPES,
        supportedDigestAlgorithms: Object.keys(DIGESTS),
      },
      [GATEPOST]: { ...gatepostCapability(record, accounts.opened(record.id)) } satisfies JsonObject,
    },
  };
}

/** Of a mail server that can tell them, or of what is kept here (RFC 9425). */
export function hasQuotas(
  { kind }: Pick<AccountRecord, 'kind'>,
  config: Pick<Config, 'storageLimit'>,
  offer: ServerOffer | null,
): boolean {
  return kind === 'imap' ? canDo(offer, 'QUOTA') : config.storageLimit !== null;
}

/** Of a file of 57 bytes 78 go into a message: base64 and the line ends. */
function attachable(offer: ServerOffer | null): number {
  const limit = appendLimitOf(offer);
  return limit === null ? Number.POSITIVE_INFINITY : Math.floor((limit * 57) / 78);
}

/** A server that can filter for none of the accounts does not say that it can. */
function sieveCapability(accounts: Record<Id, SessionAccount>): Record<string, JsonObject> {
  const some = (name: string) => Object.values(accounts).some((account) => account.accountCapabilities[name]);
  return {
    ...(some(VACATION) ? { [VACATION]: {} } : {}),
    ...(some(SIEVE) ? { [SIEVE]: { implementation: 'Gatepost' } } : {}),
  };
}

/** Where a ManageSieve server answers (RFC 9661 §1.3). */
function sieveCapabilities(server: SieveCapabilities | null): Record<string, JsonObject> {
  if (!server) return {};
  return {
    ...(canBeAway(server.extensions) ? { [VACATION]: {} } : {}),
    [SIEVE]: {
      maxSizeScriptName: MAX_SCRIPT_NAME,
      maxSizeScript: SIEVE_LIMITS.literal,
      maxNumberScripts: null,
      maxNumberRedirects: server.maxRedirects,
      sieveExtensions: server.extensions,
      notificationMethods: server.notify.length > 0 ? server.notify : null,
      externalLists: null,
    },
  };
}

/** POP3 has no words for them. */
const LOCAL_ONLY: GatepostAccountCapability['localOnly'] = ['mailboxes', 'keywords', 'drafts', 'sent'];

/** An account that is not open has no connection to tell of: local ones are ready, others are about to connect. */
function gatepostCapability(record: AccountRecord, account: Account | null): GatepostAccountCapability {
  const status = account?.status();
  const progress = account?.progress;
  return {
    kind: record.kind,
    localOnly: record.kind === 'imap' ? [] : LOCAL_ONLY,
    connection: status?.connection ?? (record.kind === 'imap' ? 'connecting' : 'ready'),
    since: status?.since ? toUtcDate(status.since) : null,
    errorCode: status?.error?.code ?? null,
    serverText: status?.error?.serverText ?? null,
    incomingHost: record.incoming?.host ?? '',
    outgoingHost: record.outgoing?.host ?? '',
    answerIdentityId: record.settings.answerIdentityId,
    inAllInboxes: record.settings.inAllInboxes,
    notify: record.settings.notify,
    collecting: progress ? { done: progress.done, total: progress.total, bytes: progress.bytes } : null,
  };
}
