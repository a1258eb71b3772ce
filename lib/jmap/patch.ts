/** Patch objects of /set updates (RFC 8620 §5.3). */
import { refuse } from './method-error';
import { unescapeToken } from './pointer';
import type { JsonObject, JsonValue } from './types';

export interface PatchEntry {
  path: string[];
  /** null: back to the default, or removed. */
  value: JsonValue;
}

/** @throws SetRefusal invalidPatch when one path is the prefix of another */
export function parsePatch(patch: JsonObject): PatchEntry[] {
  const keys = Object.keys(patch);
  for (const key of keys) {
    if (keys.some((other) => other.startsWith(`${key}/`))) {
      throw refuse('invalidPatch', `${key} is patched as a whole and in part`);
    }
  }
  return Object.entries(patch).map(([key, value]) => ({ path: key.split('/').map(unescapeToken), value }));
}

/** The object after the patch; what it was before stays untouched. */
export function applyPatch(before: JsonObject, patch: JsonObject): JsonObject {
  const after = structuredClone(before);
  for (const { path, value } of parsePatch(patch)) {
    const last = path.at(-1) ?? '';
    const parent = parentOf(after, path);
    if (value === null && path.length > 1) delete parent[last];
    else parent[last] = value;
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
