/** What all sorts have in common (RFC 8620 §5.5). */
import { MethodError } from './method-error';
import { COLLATIONS } from './session';
import type { Comparator } from './types';

/** @throws unsupportedSort for a property or a collation that is not known */
export function checkSort(sort: readonly Comparator[], known: readonly string[]): void {
  for (const { property, collation } of sort) {
    if (!known.includes(property)) throw new MethodError('unsupportedSort', `No sort by ${property}`);
    if (collation !== undefined && !COLLATIONS.includes(collation))
      throw new MethodError('unsupportedSort', `No collation ${collation}`);
  }
}
