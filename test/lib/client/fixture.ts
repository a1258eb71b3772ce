import { Answers, type Transport } from '@/lib/client/jmap';
import { emptyList, listKey } from '@/lib/client/lists';
import {
  type AccountState,
  type EmailList,
  type EmailRow,
  emptyAccount,
  type ListQuery,
} from '@/lib/client/state';
import type { Invocation, JmapSession, JsonObject, Mailbox } from '@/lib/jmap/types';

export const INBOX: ListQuery = { filter: { inMailbox: 'inbox' }, collapseThreads: false };
export const CONVERSATIONS: ListQuery = { filter: { inMailbox: 'inbox' }, collapseThreads: true };

export function mailbox(id: string, role: Mailbox['role'] = null, more: Partial<Mailbox> = {}): Mailbox {
  return {
    id,
    role,
    name: id,
    parentId: null,
    sortOrder: 0,
    totalEmails: 10,
    unreadEmails: 5,
    totalThreads: 10,
    unreadThreads: 5,
    isSubscribed: true,
    myRights: {
      mayReadItems: true,
      mayAddItems: true,
      mayRemoveItems: true,
      maySetSeen: true,
      maySetKeywords: true,
      mayCreateChild: true,
      mayRename: true,
      mayDelete: true,
      maySubmit: true,
    },
    ...more,
  };
}

/** `e3` was received on the third of the month. */
export function email(id: string, more: Partial<EmailRow> = {}): EmailRow {
  return {
    id,
    blobId: `b${id}`,
    threadId: `t${id}`,
    mailboxIds: { inbox: true },
    keywords: {},
    size: 100,
    receivedAt: `2026-11-${id.slice(1).padStart(2, '0')}T10:00:00Z`,
    from: [{ name: null, email: 'anna@example.org' }],
    to: null,
    subject: id,
    preview: '',
    hasAttachment: false,
    ...more,
  };
}

export function list(query: ListQuery, ids: (string | null)[], more: Partial<EmailList> = {}): EmailList {
  return {
    ...emptyList(query),
    ids,
    total: ids.length,
    queryState: 'q1',
    canCalculateChanges: true,
    ...more,
  };
}

export function account(
  emails: EmailRow[],
  lists: EmailList[],
  more: Partial<AccountState> = {},
): AccountState {
  const mailboxes = [
    mailbox('inbox', 'inbox'),
    mailbox('archive', 'archive'),
    mailbox('trash', 'trash'),
    mailbox('junk', 'junk'),
  ];
  return {
    ...emptyAccount('a', { name: 'a', isPersonal: true, isReadOnly: false, accountCapabilities: {} }),
    mailboxes: new Map(mailboxes.map((one) => [one.id, one])),
    emails: new Map(emails.map((one) => [one.id, one])),
    lists: new Map(lists.map((one) => [listKey(one), one])),
    states: { Email: 's1', Mailbox: 'm1' },
    ...more,
  };
}

export const SESSION: JmapSession = {
  capabilities: {},
  accounts: { a: { name: 'a', isPersonal: true, isReadOnly: false, accountCapabilities: {} } },
  primaryAccounts: {},
  username: 'anna@example.org',
  apiUrl: '/jmap/api',
  downloadUrl: '/jmap/download/{accountId}/{blobId}/{name}?type={type}',
  uploadUrl: '/jmap/upload/{accountId}',
  eventSourceUrl: '/jmap/events?types={types}&closeafter={closeafter}&ping={ping}',
  state: '0',
};

export interface Script extends Transport {
  log: Invocation[];
}

/** A server that answers each method by the function of its name; without one it is an unknown method. */
export function scripted(methods: Record<string, (args: JsonObject) => JsonObject>): Script {
  const log: Invocation[] = [];
  return {
    log,
    async call(methodCalls) {
      const methodResponses = methodCalls.map(([name, args, id]): Invocation => {
        log.push([name, args, id]);
        const answer = methods[name]?.(args) ?? { error: 'unknownMethod' };
        return typeof answer.error === 'string' ? ['error', { type: answer.error }, id] : [name, answer, id];
      });
      return new Answers({ methodResponses, sessionState: '0' });
    },
  };
}
