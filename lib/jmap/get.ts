/** The parts of /get that all types share (RFC 8620 §5.1). */
import type { Context } from './context';
import { MethodError } from './method-error';
import { checkGetSize } from './schema';
import type { Id } from './types';

/** Ids without repetition, created ones resolved. */
export function wantedIds(ids: Id[] | null, context: Context): Id[] | null {
  checkGetSize(ids);
  return ids && [...new Set(ids.map((id) => context.resolve(id)))];
}

/** @throws invalidArguments for a property that the type does not have */
export function checkProperties(properties: string[] | null, known: ReadonlySet<string>): string[] | null {
  const unknown = properties?.find((property) => !known.has(property));
  if (unknown !== undefined) throw new MethodError('invalidArguments', `There is no property ${unknown}`);
  return properties;
}

/** `id` is always told. */
export function pick<T extends { id: Id }>(object: T, properties: string[] | null): object {
  if (properties === null) return object;
  const wanted = new Set(['id', ...properties]);
  return Object.fromEntries(Object.entries(object).filter(([name]) => wanted.has(name)));
}

export interface GetResponse {
  accountId: Id;
  state: string;
  list: object[];
  notFound: Id[];
}

export function getResponse<T extends { id: Id }>(
  accountId: Id,
  state: string,
  found: T[],
  asked: { ids: Id[] | null; properties: string[] | null },
): GetResponse {
  const known = new Set(found.map((object) => object.id));
  return {
    accountId,
    state,
    list: found.map((object) => pick(object, asked.properties)),
    notFound: asked.ids?.filter((id) => !known.has(id)) ?? [],
  };
}
