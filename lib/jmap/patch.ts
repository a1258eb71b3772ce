/** Patch objects of /set updates (RFC 8620 §5.3). */
import { refuse } from './method-error';
import { unescapeToken } from './pointer';
import type { JsonObject, JsonValue } from './types';

export interface PatchEntry {
  path: string[];
  /** null: back to the default, or removed. */
  value: JsonValue;
}

/** No property of ours nests deeper than this. */
const MAX_DEPTH = 10;

/** @throws SetRefusal invalidPatch when one path is the prefix of another */
export function parsePatch(patch: JsonObject): PatchEntry[] {
  return Object.entries(patch).map(([key, value]) => {
    const tokens = key.split('/');
    if (tokens.length > MAX_DEPTH) throw refuse('invalidPatch', 'A path is too deep');
    for (let end = 1; end < tokens.length; end += 1) {
      const whole = tokens.slice(0, end).join('/');
      if (Object.hasOwn(patch, whole))
        throw refuse('invalidPatch', `${whole} is patched as a whole and in part`);
    }
    return { path: tokens.map(unescapeToken), value };
  });
}

/** The object after the patch; what it was before stays untouched. `defaults`: of properties that are never null. */
export function applyPatch(before: JsonObject, patch: JsonObject, defaults: JsonObject = {}): JsonObject {
  const after = structuredClone(before);
  for (const { path, value } of parsePatch(patch)) {
    const last = path.at(-1) ?? '';
    const parent = parentOf(after, path);
    if (value !== null) parent[last] = value;
    else if (path.length > 1) delete parent[last];
    else parent[last] = defaults[last] ?? null;
  }
  return after;
}

function parentOf(root: JsonObject, path: string[]): JsonObject {
  let node: JsonValue | undefined = root;
  for (const token of path.slice(0, -1)) {
    node = Object.hasOwn(node, token) ? node[token] : undefined;
    if (node === undefined || node === null || typeof node !== 'object' || Array.isArray(node)) {
      throw refuse('invalidPatch', `There is no object at ${path.slice(0, -1).join('/')}`);
    }
  }
  return node;
}
