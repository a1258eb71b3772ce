/** Shapes of the arguments that the standard methods share (RFC 8620 §1.2, §5). */
import { z } from 'zod';
import { LIMITS } from './limits';
import { MethodError } from './method-error';
import type { Comparator, Filter, JsonObject, JsonValue } from './types';

/** An Id, or `#` and a creation id. */
export const id = z.string().regex(/^#?[A-Za-z0-9_-]{1,255}$/, 'not an Id');
export const unsigned = z.int().min(0);
export const utcDate = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, 'not a UTCDate')
  .refine((value) => !Number.isNaN(Date.parse(value)), 'not a UTCDate');
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());

export const get = {
  accountId: id,
  ids: z.array(id).nullable().default(null),
  properties: z.array(z.string()).nullable().default(null),
};

export const changes = z.strictObject({
  accountId: id,
  sinceState: z.string(),
  maxChanges: z.int().min(1).nullable().default(null),
});

export const set = {
  accountId: id,
  ifInState: z.string().nullable().default(null),
  create: z.record(id, jsonObject).nullable().default(null),
  update: z.record(id, jsonObject).nullable().default(null),
  destroy: z.array(id).nullable().default(null),
};

/** Vendor properties are allowed in a sort; each method says which standard ones it knows. */
export const comparator: z.ZodType<Comparator> = z.strictObject({
  property: z.string(),
  isAscending: z.boolean().optional(),
  collation: z.string().optional(),
  keyword: z.string().optional(),
});

/** Checked node by node by `checkFilter`: a recursive schema would recurse as deep as the client likes. */
export const filter = z.custom<Filter<JsonObject>>(
  (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
  'not a filter',
);

export const query = {
  accountId: id,
  filter: filter.nullable().default(null),
  sort: z.array(comparator).max(10).nullable().default(null),
  position: z.int().default(0),
  anchor: id.nullable().default(null),
  anchorOffset: z.int().default(0),
  limit: unsigned.nullable().default(null),
  calculateTotal: z.boolean().default(false),
};

export const queryChanges = {
  accountId: id,
  filter: filter.nullable().default(null),
  sort: z.array(comparator).max(10).nullable().default(null),
  sinceQueryState: z.string(),
  maxChanges: z.int().min(1).nullable().default(null),
  upToId: id.nullable().default(null),
  calculateTotal: z.boolean().default(false),
};

/** The objects that a /get may be asked for at once (RFC 8620 §5.1). */
export function checkGetSize(ids: readonly JsonValue[] | null): void {
  if (ids !== null && ids.length > LIMITS.maxObjectsInGet) {
    throw new MethodError('requestTooLarge', `At most ${LIMITS.maxObjectsInGet} objects at once`);
  }
}
