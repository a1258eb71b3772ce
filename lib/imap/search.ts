/** UID SEARCH (RFC 3501 §6.4.4), as ESEARCH where offered (RFC 4731): ranges instead of a number per hit. */
import { CommandError } from '@/lib/errors';
import { searchDate } from './date';
import { isUnknownCommand } from './errors';
import type { ImapSession } from './session';
import { atom, isList, type Line, literal, type Node, sequence, type TokenList, textOf } from './tokens';
import { expandUidSet } from './uid-set';

const DAY_MS = 86_400_000;

/** A word to search for: a literal, so that nothing in it can become protocol (security.md S16). */
export const searchText = (value: string): Node => literal(Buffer.from(value));

export interface SearchOptions {
  /** `UTF-8` when a key is not ASCII; left out once UTF8=ACCEPT is on (RFC 6855 §3). */
  charset?: string;
  signal?: AbortSignal;
  silenceMs?: number;
}

/** @returns ascending UIDs. @throws CommandError; `refusesCharset` tells BADCHARSET */
export async function uidSearch(
  session: ImapSession,
  criteria: TokenList,
  options: SearchOptions = {},
): Promise<number[]> {
  try {
    return await searchOnce(session, criteria, options);
  } catch (error) {
    // Some say BAD to a charset.
    if (options.charset || !session.has('ESEARCH') || !isUnknownCommand(error)) throw error;
    session.doubt('ESEARCH');
    return searchOnce(session, criteria, options);
  }
}

async function searchOnce(
  session: ImapSession,
  criteria: TokenList,
  options: SearchOptions,
): Promise<number[]> {
  const hits: number[] = [];
  const esearch = session.has('ESEARCH');
  const result = esearch ? [atom('RETURN'), [atom('ALL')]] : [];
  const charset = options.charset && !session.utf8 ? [atom('CHARSET'), atom(options.charset)] : [];
  await session.exec('UID SEARCH', [...result, ...charset, ...criteria], {
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.silenceMs ? { silenceMs: options.silenceMs } : {}),
    untagged: [
      [
        'SEARCH',
        (line) => {
          for (const uid of line.numbers ?? []) hits.push(uid);
        },
      ],
      [
        'ESEARCH',
        (line) => {
          for (const uid of expandUidSet(allOf(line))) hits.push(uid);
        },
      ],
    ],
  });
  return hits.sort((a, b) => a - b);
}

/** `* ESEARCH (TAG "A1") UID ALL 1:17,21` */
function allOf(line: Line): string {
  const tokens = line.attributes ?? [];
  const at = tokens.findIndex((token) => !isList(token) && textOf(token)?.toUpperCase() === 'ALL');
  return at < 0 ? '' : (textOf(tokens[at + 1]) ?? '');
}

/** NO [BADCHARSET], or Exchange's BAD in words (gateway.md pitfall 8). */
export function refusesCharset(error: unknown): boolean {
  return (
    error instanceof CommandError && /BADCHARSET|charset/i.test(`${error.message} ${error.serverText ?? ''}`)
  );
}

/** By INTERNALDATE, a day more on both sides: servers compare days, each in its own time zone. */
export function receivedIn({ since, before }: { since: number | null; before: number | null }): TokenList {
  return [
    ...(since === null ? [] : [atom('SINCE'), atom(searchDate(since))]),
    ...(before === null ? [] : [atom('BEFORE'), atom(searchDate(before + 3 * DAY_MS))]),
  ];
}

/** The UIDs that exist in a range. */
export function searchAll(session: ImapSession, range: string): Promise<number[]> {
  return uidSearch(session, [atom('UID'), sequence(range)]);
}

/** The lowest UID in a range of what came since that day; null if nothing did. */
export async function firstSince(session: ImapSession, range: string, since: number): Promise<number | null> {
  const found = await uidSearch(session, [
    atom('UID'),
    sequence(range),
    atom('SINCE'),
    atom(searchDate(since)),
  ]);
  return found[0] ?? null;
}

/** The UIDs in a range that carry a flag: `SEEN`, `DELETED`, `KEYWORD work` ... */
export function searchFlag(session: ImapSession, range: string, key: string): Promise<number[]> {
  return uidSearch(session, [atom('UID'), sequence(range), ...key.split(' ').map(atom)]);
}
