/** The tokens of IMAP's wire grammar (RFC 3501 §9) as imapflow's parser and compiler hold them. */

export interface Token {
  type: string;
  value?: string | Buffer | number | null;
  section?: TokenList;
  partial?: number[];
  isLiteral8?: boolean;
}
export type TokenList = Node[];
/** null is NIL. */
export type Node = Token | TokenList | null;

/** One line of the server. */
export interface Line {
  tag?: string;
  command?: string;
  attributes?: TokenList;
  /** Of an untagged SEARCH. */
  numbers?: number[];
  /** Data items that were nested too deep and came out as NIL. */
  truncatedAttributes?: string[];
}

export const atom = (value: string): Token => ({ type: 'ATOM', value });
/** Quoted; the compiler refuses CR, LF and NUL (security.md S16). */
export const quoted = (value: string): Token => ({ type: 'STRING', value });
export const literal = (value: Buffer): Token => ({ type: 'LITERAL', value });
export const sequence = (value: string): Token => ({ type: 'SEQUENCE', value });

export function isList(node: Node | undefined): node is TokenList {
  return Array.isArray(node);
}

/** Bytes of a string token; null for NIL and lists. */
export function bytesOf(node: Node | undefined): Buffer | null {
  if (!node || isList(node) || node.value === null || node.value === undefined) return null;
  return Buffer.isBuffer(node.value) ? node.value : Buffer.from(String(node.value));
}

export function textOf(node: Node | undefined): string | null {
  if (!node || isList(node) || node.value === null || node.value === undefined) return null;
  return node.value.toString();
}

/** A number of at most 53 bits; null if it is none. */
export function numberOf(node: Node | undefined): number | null {
  const text = textOf(node);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The strings of a list; what is no string is left out. */
export function textsOf(node: Node | undefined): string[] {
  return isList(node) ? node.map(textOf).filter((text) => text !== null) : [];
}
