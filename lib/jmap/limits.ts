/** What one client may ask for at once (RFC 8620 §2; gateway.md 2.14). `maxSizeUpload` is MAX_UPLOAD of the configuration. */
export const LIMITS = {
  maxConcurrentUpload: 4,
  maxSizeRequest: 10_000_000,
  maxConcurrentRequests: 8,
  maxCallsInRequest: 32,
  maxObjectsInGet: 500,
  maxObjectsInSet: 500,
} as const;

/** Event streams of one user: tabs and clients, on one process. */
export const MAX_EVENT_STREAMS = 50;

/** Pieces of one blob, and the types that Blob/lookup knows (RFC 9404 §3). */
export const MAX_DATA_SOURCES = 100;
export const BLOB_TYPES = ['Mailbox', 'Thread', 'Email'];

/** Bytes of the name of a Sieve script; RFC 5804 §1.6 asks for 128 characters. */
export const MAX_SCRIPT_NAME = 512;

/** Emails in one window of a query: a window larger than what Email/get gives at once is of no use. */
export const MAX_QUERY_LIMIT = 500;

/** Blobs of Email/parse and MDN/parse: each is read whole, so fewer at once than rows of the index. */
export const MAX_PARSED_AT_ONCE = 50;

/** Changes in one answer (gateway.md 2.3). */
export const MAX_CHANGES = 256;

/** Conditions and operators in one filter, and how deep they nest: a filter becomes SQL. */
export const MAX_FILTER_NODES = 200;
export const MAX_FILTER_DEPTH = 20;

/** Characters of one body value unless the client asks for less: what is shown of one part (security.md S28). */
export const MAX_BODY_VALUE_BYTES = 1_000_000;

/** Bytes read for the body values of one request; values beyond it are truncated (security.md S28). */
export const MAX_BODY_BYTES_IN_REQUEST = 20_000_000;
