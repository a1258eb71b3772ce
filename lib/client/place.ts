/** An id as a list of several accounts has it: with its account in front. */
import type { Id } from '@/lib/jmap/types';

/** Cannot be in a JMAP id (RFC 8620 §1.2). */
const SEPARATOR = '~';

export interface Place {
  accountId: Id;
  id: Id;
}

export const keyOf = ({ accountId, id }: Place): Id => accountId + SEPARATOR + id;

export function placeOf(key: Id): Place {
  const at = key.indexOf(SEPARATOR);
  return { accountId: key.slice(0, at), id: key.slice(at + 1) };
}
