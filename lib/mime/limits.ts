/** How much of one message we look at (security.md S28). Above a limit the result is marked cut; nothing is thrown away. */
export const MAX_DEPTH = 50;
export const MAX_PARTS = 1000;
/** Bytes of one header block; the same amount is fetched from a server. */
export const MAX_HEADER = 256 * 1024;
/** Addresses, ids and URLs that one header field yields. */
export const MAX_LIST = 5000;
/** Bytes of HTML that are read for its text, and characters of text that come out. */
export const MAX_HTML = 1024 * 1024;
export const MAX_TEXT = 1024 * 1024;
/** RFC 8621 §4.1.4: the preview is at most this long, in characters. */
export const MAX_PREVIEW = 256;
/** Bytes of a message that we compose, when the caller names no limit: what few servers take anyway. */
export const MAX_COMPOSED = 150 * 1024 * 1024;
