/** JSON pointers (RFC 6901) with the `*` of RFC 8620 §3.7. */
import type { JsonValue } from './types';

export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer.slice(1).split('/').map(unescapeToken);
}

export function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** @returns undefined if there is nothing at this path */
export function evaluatePointer(value: JsonValue, tokens: string[]): JsonValue | undefined {
  const [token, ...rest] = tokens;
  if (token === undefined) return value;
  if (Array.isArray(value)) return token === '*' ? mapItems(value, rest) : evaluateItem(value, token, rest);
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, token)) return undefined;
  const child = value[token];
  return child === undefined ? undefined : evaluatePointer(child, rest);
}

function evaluateItem(items: JsonValue[], token: string, rest: string[]): JsonValue | undefined {
  if (!/^(0|[1-9]\d*)$/.test(token)) return undefined;
  const item = items[Number(token)];
  return item === undefined ? undefined : evaluatePointer(item, rest);
}

/** "If the result of applying the rest to an item is itself an array, its contents are added" (§3.7). */
function mapItems(items: JsonValue[], rest: string[]): JsonValue | undefined {
  const all: JsonValue[] = [];
  for (const item of items) {
    const result = evaluatePointer(item, rest);
    if (result === undefined) return undefined;
    if (Array.isArray(result)) all.push(...result);
    else all.push(result);
  }
  return all;
}
