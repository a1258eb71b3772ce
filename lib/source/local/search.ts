/** Search in a local account: the index knows the words of every body; only other header fields are read from the bytes. */
import type { AccountIndex } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { asText, parseHeaderBlock } from '@/lib/mime/header';
import type { Bodies } from '@/lib/source/local/bodies';
import { hasPhrases, phrasesOf } from '@/lib/source/local/phrases';
import type { SearchResult, TextSearch } from '@/lib/source/source';

const MAX_RESULTS = 10_000;
/** Emails whose header is read for one search; newer ones first. */
const MAX_HEADERS = 20_000;
/** Emails whose text is read for one phrase: the index knows words, not where they stand. */
const MAX_PHRASED = 2_000;

export async function searchLocal(
  index: AccountIndex,
  bodies: Bodies,
  query: TextSearch,
  mailboxIds: Id[],
  signal: AbortSignal,
): Promise<SearchResult> {
  const { header, ...words } = query;
  const phrases = phrasesOf(words);
  if (!header && phrases.length === 0) {
    const emailIds = await index.search(words, mailboxIds, MAX_RESULTS);
    return { emailIds, partial: emailIds.length >= MAX_RESULTS };
  }
  const limit = phrases.length > 0 ? MAX_PHRASED : MAX_HEADERS;
  const hasWords = Object.values(words).some((word) => word !== undefined);
  const candidates = hasWords
    ? await index.search(words, mailboxIds, limit)
    : await newest(index, mailboxIds, limit);
  const emailIds: Id[] = [];
  for (const id of candidates) {
    signal.throwIfAborted();
    if (header && !hasHeader(await bodies.header(id), header)) continue;
    if (phrases.length === 0 || (await hasPhrases(index, bodies, id, phrases))) emailIds.push(id);
  }
  return { emailIds, partial: candidates.length >= limit };
}

async function newest(index: AccountIndex, mailboxIds: Id[], limit: number): Promise<Id[]> {
  const { ids } = await index.query({
    filter: { operator: 'OR', conditions: mailboxIds.map((inMailbox) => ({ inMailbox })) },
    sort: [{ property: 'receivedAt', isAscending: false }],
    collapseThreads: false,
    position: 0,
    anchor: null,
    anchorOffset: 0,
    limit,
  });
  return ids;
}

/** RFC 8621 §4.4.1: the field is there, and its text contains the words, whatever their case. */
function hasHeader(block: Buffer, [name, text]: [string] | [string, string]): boolean {
  const wanted = text?.toLowerCase();
  return parseHeaderBlock(block).some(
    (field) =>
      field.name.toLowerCase() === name.toLowerCase() &&
      (wanted === undefined || asText(field.value).toLowerCase().includes(wanted)),
  );
}
