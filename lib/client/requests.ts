/** The JMAP requests of the page's screens; the server uses the same ones for the first paint. */
import { ref } from '@/lib/client/jmap';
import type { Window } from '@/lib/client/lists';
import type { ListQuery } from '@/lib/client/state';
import type { Id, Invocation, JsonObject, JsonValue } from '@/lib/jmap/types';

export const ROW_PROPERTIES = [
  'id',
  'blobId',
  'threadId',
  'mailboxIds',
  'keywords',
  'size',
  'receivedAt',
  'from',
  'to',
  'subject',
  'preview',
  'hasAttachment',
];

export const CONTENT_PROPERTIES = [
  'id',
  'cc',
  'bcc',
  'replyTo',
  'sender',
  'sentAt',
  'messageId',
  'inReplyTo',
  'references',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
  'headers',
];

const BODY_PROPERTIES = [
  'partId',
  'blobId',
  'size',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'gatepost:flowed',
];

/** S28: more than this of one text is not shown; the whole mail can be downloaded. */
const MAX_BODY_BYTES = 1_000_000;

/** Every list of ours is newest first. */
export const NEWEST_FIRST = [{ property: 'receivedAt', isAscending: false }];

export function mailboxesRequest(accountId: Id): Invocation[] {
  return [['Mailbox/get', { accountId, ids: null }, 'mailboxes']];
}

/** No mail server is asked, so that the answer is at once; or it searches what was received since. */
export type SearchReach =
  | { 'gatepost:indexOnly': true }
  | { 'gatepost:backTo': string }
  | Record<string, never>;

/**
 * One screen of a list in one request: ids, rows, and of each row's thread what the row tells about it.
 * @param reach of a search for words (docs/jmap.md)
 */
export function windowRequest(
  accountId: Id,
  query: ListQuery,
  { position, limit }: Window,
  reach: SearchReach = {},
): Invocation[] {
  const asked = { ...queryArguments(accountId, query), position, limit, calculateTotal: true };
  return [
    ['Email/query', { ...asked, ...reach }, 'query'],
    ...rowsRequest(accountId, ref('query', 'Email/query', '/ids'), query),
  ];
}

export function queryArguments(accountId: Id, { filter, collapseThreads }: ListQuery): JsonObject {
  return { accountId, filter: filter as JsonValue, sort: NEWEST_FIRST, collapseThreads };
}

function rowsRequest(accountId: Id, ids: JsonObject, query: ListQuery): Invocation[] {
  const rows: Invocation = ['Email/get', { ...rowArguments(accountId), '#ids': ids }, 'rows'];
  if (query.collapseThreads) return [rows, ...threadRowsRequest(accountId, 'rows')];
  if (!hasText(query)) return [rows];
  return [
    rows,
    ['SearchSnippet/get', { accountId, filter: query.filter as JsonValue, '#emailIds': ids }, 'snippets'],
  ];
}

/** Previews come behind the rows (Loader.previews). */
function rowArguments(accountId: Id): JsonObject {
  return { accountId, properties: ROW_PROPERTIES, 'gatepost:previewsLater': true };
}

export function previewsRequest(accountId: Id, ids: readonly Id[]): Invocation[] {
  return [['Email/get', { accountId, ids: [...ids], properties: ['id', 'preview'] }, 'previews']];
}

const hasText = (query: ListQuery) => JSON.stringify(query.filter).includes('"text"');

function threadRowsRequest(accountId: Id, from: string): Invocation[] {
  return [
    ['Thread/get', { accountId, '#ids': ref(from, 'Email/get', '/list/*/threadId') }, 'threads'],
    [
      'Email/get',
      { ...rowArguments(accountId), '#ids': ref('threads', 'Thread/get', '/list/*/emailIds') },
      'threadRows',
    ],
  ];
}

export function rowsOfIdsRequest(accountId: Id, ids: readonly Id[]): Invocation[] {
  return [
    ['Email/get', { ...rowArguments(accountId), ids: [...ids] }, 'rows'],
    ...threadRowsRequest(accountId, 'rows'),
  ];
}

/** A conversation with the text of its messages. */
export function threadRequest(accountId: Id, threadId: Id): Invocation[] {
  const emailIds = ref('threads', 'Thread/get', '/list/*/emailIds');
  return [
    ['Thread/get', { accountId, ids: [threadId] }, 'threads'],
    ['Email/get', { ...rowArguments(accountId), '#ids': emailIds }, 'rows'],
    ['Email/get', { ...contentArguments(accountId), '#ids': emailIds }, 'contents'],
  ];
}

export function contentsRequest(accountId: Id, ids: readonly Id[]): Invocation[] {
  return [['Email/get', { ...contentArguments(accountId), ids: [...ids] }, 'contents']];
}

function contentArguments(accountId: Id): JsonObject {
  return {
    accountId,
    properties: CONTENT_PROPERTIES,
    bodyProperties: BODY_PROPERTIES,
    fetchTextBodyValues: true,
    fetchHTMLBodyValues: true,
    maxBodyValueBytes: MAX_BODY_BYTES,
  };
}

export function identitiesRequest(accountId: Id): Invocation[] {
  return [['Identity/get', { accountId, ids: null }, 'identities']];
}
