/** UID FETCH and FETCH (RFC 3501 §6.4.5): rows keyed by UID, whatever the order of their items (gateway.md pitfall 31). */
import type { MimePart } from '@/lib/mime/types';
import { mimeTree } from './body-structure';
import { type ImapSession, leadingNumber } from './session';
import {
  atom,
  bytesOf,
  isList,
  type Line,
  type Node,
  numberOf,
  sequence,
  type Token,
  type TokenList,
  textOf,
  textsOf,
} from './tokens';
import { rangeTest } from './uid-set';

/** Header fields of the list and of threading; one header parser for all (ENVELOPE lacks References and is often broken). */
const LIST_FIELDS = [
  ...['DATE', 'SUBJECT', 'FROM', 'SENDER', 'REPLY-TO', 'TO', 'CC', 'BCC'],
  ...['MESSAGE-ID', 'IN-REPLY-TO', 'REFERENCES'],
];

export interface FetchItems {
  flags?: boolean;
  internalDate?: boolean;
  size?: boolean;
  modseq?: boolean;
  structure?: boolean;
  listHeaders?: boolean;
  /** Items of extensions: `X-GUID`, `EMAILID`, `THREADID`, `PREVIEW` ... */
  extra?: string[];
  /** `BODY.PEEK[section]<offset.length>` */
  sections?: { section: string; offset?: number; length?: number }[];
}

export interface FetchRow {
  seq: number;
  uid: number;
  flags: string[] | null;
  /** Epoch milliseconds. */
  internalDate: number | null;
  size: number | null;
  modseq: string | null;
  structure: MimePart | null;
  listHeaders: Buffer | null;
  extra: Map<string, string>;
  sections: Map<string, Buffer>;
}

export interface FetchOptions {
  /** Only what changed after this mod-sequence (RFC 7162 §3.1.4); with `onVanished` also what is gone (§3.2.6). */
  changedSince?: string;
  onVanished?: (set: string) => void;
  silenceMs?: number;
}

/** @param range UIDs, or with `bySequence` message numbers: `1:20,25`, `100:*` */
export async function fetchRows(
  session: ImapSession,
  range: string,
  items: FetchItems,
  onRow: (row: FetchRow) => void,
  options: FetchOptions & { bySequence?: boolean } = {},
): Promise<void> {
  const modifiers = options.changedSince
    ? [[atom('CHANGEDSINCE'), atom(options.changedSince), ...(options.onVanished ? [atom('VANISHED')] : [])]]
    : [];
  // `5:*` always names the last message too (RFC 3501 §9): not wanted below 5.
  const isAsked = rangeTest(range);
  const wanted = ({ seq, uid }: FetchRow) => isAsked(options.bySequence ? seq : uid);
  await session.exec(
    options.bySequence ? 'FETCH' : 'UID FETCH',
    [sequence(range), itemTokens(items), ...modifiers],
    {
      ...(options.silenceMs ? { silenceMs: options.silenceMs } : {}),
      untagged: [
        [
          'FETCH',
          (line) => {
            const row = readRow(line);
            // Unsolicited rows and rows of other messages come in between (security.md R12).
            if (row && wanted(row)) onRow(row);
          },
        ],
        ['VANISHED', (line) => options.onVanished?.(textOf(line.attributes?.at(-1)) ?? '')],
      ],
    },
  );
}

function itemTokens(items: FetchItems): TokenList {
  const tokens: Token[] = [atom('UID')];
  if (items.flags) tokens.push(atom('FLAGS'));
  if (items.internalDate) tokens.push(atom('INTERNALDATE'));
  if (items.size) tokens.push(atom('RFC822.SIZE'));
  if (items.modseq) tokens.push(atom('MODSEQ'));
  for (const name of items.extra ?? []) tokens.push(atom(name));
  if (items.structure) tokens.push(atom('BODYSTRUCTURE'));
  if (items.listHeaders) {
    tokens.push({ ...atom('BODY.PEEK'), section: [atom('HEADER.FIELDS'), LIST_FIELDS.map(atom)] });
  }
  for (const { section, offset, length } of items.sections ?? []) {
    const partial = length === undefined ? {} : { partial: [offset ?? 0, length] };
    tokens.push({ ...atom('BODY.PEEK'), section: section === '' ? [] : [atom(section)], ...partial });
  }
  return tokens;
}

function readRow(line: Line): FetchRow | null {
  const list = line.attributes?.[1];
  if (!isList(list)) return null;
  const row: FetchRow = {
    seq: leadingNumber(line) ?? 0,
    uid: 0,
    flags: null,
    internalDate: null,
    size: null,
    modseq: null,
    structure: null,
    listHeaders: null,
    extra: new Map(),
    sections: new Map(),
  };
  for (let i = 0; i + 1 < list.length; i += 2) readItem(row, list[i], list[i + 1]);
  return row.uid > 0 ? row : null;
}

function readItem(row: FetchRow, key: Node | undefined, value: Node | undefined): void {
  const name = textOf(key)?.toUpperCase();
  if (name === undefined || !key || isList(key)) return;
  if (name === 'UID') row.uid = numberOf(value) ?? 0;
  else if (name === 'FLAGS') row.flags = textsOf(value);
  else if (name === 'INTERNALDATE') row.internalDate = internalDate(textOf(value));
  else if (name === 'RFC822.SIZE') row.size = numberOf(value);
  else if (name === 'MODSEQ') row.modseq = textsOf(value)[0] ?? null;
  else if (name === 'BODYSTRUCTURE') row.structure = mimeTree(value);
  else if (name === 'BODY' || name === 'BINARY') readSection(row, key.section ?? [], bytesOf(value));
  else {
    const text = isList(value) ? textsOf(value)[0] : textOf(value);
    if (text) row.extra.set(name, text);
  }
}

function readSection(row: FetchRow, section: TokenList, bytes: Buffer | null): void {
  const name = textOf(section[0])?.toUpperCase() ?? '';
  if (name === 'HEADER.FIELDS') row.listHeaders = bytes ?? Buffer.alloc(0);
  else if (bytes) row.sections.set(name, bytes);
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const INTERNALDATE = /^\s?(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

/** `"17-Jul-1996 02:44:25 -0700"` */
function internalDate(text: string | null): number | null {
  const match = INTERNALDATE.exec(text ?? '');
  if (!match) return null;
  const [, day, month, year, hour, minute, second, sign, zoneHours, zoneMinutes] = match;
  const index = MONTHS.indexOf(month?.toLowerCase() ?? '');
  if (index < 0) return null;
  const utc = Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second));
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return sign === '-' ? utc + zone : utc - zone;
}
