/** Email/set update: keywords and mailboxIds, whole or in part (RFC 8621 §4.6), as the difference to what is. */
import { isDeepStrictEqual } from 'node:util';
import type { EmailRow } from '@/lib/index/types';
import type { Context } from '@/lib/jmap/context';
import { invalidProperties, refuse } from '@/lib/jmap/method-error';
import { type PatchEntry, parsePatch } from '@/lib/jmap/patch';
import type { Id, JsonObject, JsonValue } from '@/lib/jmap/types';
import type { EmailPatch } from '@/lib/source/source';
import { CONVENIENCE } from './plan';
import { checkMayChange, type RightsOver } from './rights';
import { allMetadata, convenience } from './view';

const MAX_KEYWORDS = 100;

/** RFC 8621 §4.1.1: 1-255 characters, no control characters, blanks or `( ) { ] % * " \`; one case. */
export function checkKeyword(keyword: string): string {
  if (!/^[!#$&'+-[^-z|}~]{1,255}$/.test(keyword))
    throw invalidProperties(['keywords'], `${keyword} is not a keyword`);
  return keyword.toLowerCase();
}

export function checkKeywords(value: JsonValue | undefined): string[] {
  const keywords = [...trueKeys(value ?? {}, 'keywords')].map(checkKeyword);
  if (keywords.length > MAX_KEYWORDS) throw refuse('tooManyKeywords', `At most ${MAX_KEYWORDS} keywords`);
  return keywords;
}

/** An Email is in one mailbox at least, and in those that are. */
export function checkMailboxIds(
  value: JsonValue | undefined,
  known: { has(id: Id): boolean },
  context: Context,
): Id[] {
  const ids = [...trueKeys(value ?? {}, 'mailboxIds')].map((id) => context.resolve(id));
  if (ids.length === 0) throw invalidProperties(['mailboxIds'], 'An Email is in one mailbox at least');
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw invalidProperties(['mailboxIds'], `There is no mailbox ${unknown}`);
  return ids;
}

export function toEmailPatch(
  row: EmailRow,
  update: JsonObject,
  rights: RightsOver,
  context: Context,
): EmailPatch {
  const entries = parsePatch(update);
  for (const { path, value } of entries) {
    if (path[0] === 'keywords' || path[0] === 'mailboxIds') {
      if (path.length > 2)
        throw refuse('invalidPatch', `There is no object at ${path.slice(0, 2).join('/')}`);
      continue;
    }
    // RFC 8620 §5.3: a client may send back the whole object, as long as what is fixed is as it was.
    if (path.length > 1 || !isDeepStrictEqual(fixedOf(row)[path[0] ?? ''], value)) {
      throw invalidProperties([path.join('/')], 'Only keywords and mailboxIds of an Email can be changed');
    }
  }
  const keywords = afterPatch(row.keywords, entries, 'keywords', checkKeyword);
  const mailboxIds = afterPatch(row.mailboxIds, entries, 'mailboxIds', (id) => context.resolve(id));
  checkKeywords(trueMap(keywords));
  checkMailboxIds(trueMap(mailboxIds), new Set([...rights.keys(), ...row.mailboxIds]), context);
  const patch = {
    id: row.id,
    addKeywords: minus(keywords, new Set(row.keywords)),
    removeKeywords: minus(row.keywords, keywords),
    addMailboxes: minus(mailboxIds, new Set(row.mailboxIds)),
    removeMailboxes: minus(row.mailboxIds, mailboxIds),
  };
  checkMayChange(row, patch, rights);
  return patch;
}

function fixedOf(row: EmailRow): JsonObject {
  const { hasAttachment, preview, headers } = row;
  return {
    ...(headers ? convenience(headers, CONVENIENCE) : {}),
    ...allMetadata(row),
    hasAttachment,
    preview,
  };
}

function afterPatch(
  before: string[],
  entries: PatchEntry[],
  property: string,
  normal: (key: string) => string,
): Set<string> {
  let after = new Set(before);
  for (const { path, value } of entries) {
    if (path[0] !== property) continue;
    const [, key] = path;
    if (key === undefined) after = new Set([...trueKeys(value ?? {}, property)].map(normal));
    else if (value === true) after.add(normal(key));
    else if (value === null) after.delete(normal(key));
    else throw invalidProperties([property], `${path.join('/')} is true or null`);
  }
  return after;
}

function trueKeys(value: JsonValue, property: string): Set<string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalidProperties([property], `${property} is an object`);
  }
  const keys = Object.keys(value);
  if (keys.some((key) => value[key] !== true))
    throw invalidProperties([property], `${property} has only true values`);
  return new Set(keys);
}

function trueMap(keys: Set<string>): JsonObject {
  return Object.fromEntries([...keys].map((key) => [key, true]));
}

function minus(keys: Iterable<string>, without: ReadonlySet<string>): string[] {
  return [...keys].filter((key) => !without.has(key));
}
