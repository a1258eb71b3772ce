/** The session object (RFC 8620 §2): what the server can do, and the accounts of who asks. */
import { createHash } from 'node:crypto';
import type { Account } from '@/lib/account/account';
import type { AccountRecord } from '@/lib/account/record';
import { type Runtime, runtime } from '@/lib/account/runtime';
import type { Principal } from '@/lib/auth/types';
import { toUtcDate } from '@/lib/source/source';
import { DIGESTS } from './blob/digests';
import { BLOB_TYPES, LIMITS, MAX_DATA_SOURCES } from './limits';
import {
  BLOB,
  CORE,
  GATEPOST,
  type GatepostAccountCapability,
  type Id,
  type JmapSession,
  type JsonObject,
  MAIL,
  type SessionAccount,
  type State,
  SUBMISSION,
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
  const session = {
    capabilities: {
      [CORE]: {
        ...LIMITS,
        maxSizeUpload: gatepost.config.maxUpload,
        collationAlgorithms: COLLATIONS,
      },
      [MAIL]: {},
      [SUBMISSION]: {},
      [BLOB]: {},
      [GATEPOST]: { authservIds: gatepost.config.authservIds },
    },
    accounts: Object.fromEntries(records.map((record) => [record.id, sessionAccount(record, gatepost)])),
    primaryAccounts: primaryAccounts(records[0]),
    username: principal.username,
    apiUrl: `${base}/jmap/api`,
    downloadUrl: `${base}/jmap/download/{accountId}/{blobId}/{name}?type={type}`,
    uploadUrl: `${base}/jmap/upload/{accountId}`,
    eventSourceUrl: `${base}/jmap/events?types={types}&closeafter={closeafter}&ping={ping}`,
  };
  const state = createHash('sha256').update(JSON.stringify(session)).digest('hex').slice(0, 16);
  return { ...session, state };
}

function primaryAccounts(first: AccountRecord | undefined): Record<string, Id> {
  return first ? { [MAIL]: first.id, [SUBMISSION]: first.id, [BLOB]: first.id, [GATEPOST]: first.id } : {};
}

export async function sessionState(principal: Principal, host: Runtime): Promise<State> {
  return (await sessionFor(principal, host)).state;
}

function sessionAccount(record: AccountRecord, { accounts, config }: Runtime): SessionAccount {
  return {
    name: record.name,
    isPersonal: true,
    isReadOnly: false,
    accountCapabilities: {
      [MAIL]: {
        maxMailboxesPerEmail: null,
        maxMailboxDepth: null,
        maxSizeMailboxName: MAX_MAILBOX_NAME,
        maxSizeAttachmentsPerEmail: config.maxUpload,
        emailQuerySortOptions: EMAIL_SORTS,
        mayCreateTopLevelMailbox: true,
      },
      [SUBMISSION]: {
        maxDelayedSend: MAX_DELAYED_SEND_SECONDS,
        // Mail is held here, not at the SMTP server: works with any. DSN is asked of those that have it.
        submissionExtensions: { FUTURERELEASE: [String(MAX_DELAYED_SEND_SECONDS)], DSN: [] },
      },
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

/** An account that is not open has no connection to tell of: local ones are ready, others are about to connect. */
function gatepostCapability(record: AccountRecord, account: Account | null): GatepostAccountCapability {
  const status = account?.status();
  const progress = account?.progress;
  return {
    kind: record.kind,
    connection: status?.connection ?? (record.kind === 'imap' ? 'connecting' : 'ready'),
    since: status?.since ? toUtcDate(status.since) : null,
    errorCode: status?.error?.code ?? null,
    serverText: status?.error?.serverText ?? null,
    incomingHost: record.incoming?.host ?? '',
    outgoingHost: record.outgoing?.host ?? '',
    collecting: progress ? { done: progress.done, total: progress.total } : null,
  };
}
