'use client';
/** Which row the keys act on. It follows its message, not its place: mail that arrives above must never slip under a key (R15). */
import { useCallback, useState } from 'react';
import { type MailRoute, sameList } from '@/lib/client/route';
import type { Id } from '@/lib/jmap/types';

type Ids = readonly (Id | null)[];
type Emails = Pick<ReadonlyMap<Id, { threadId: Id }>, 'get'> | undefined;

export interface CursorAt {
  index: number;
  id: Id | null;
  threadId: Id | null;
}

export const NO_CURSOR: CursorAt = { index: -1, id: null, threadId: null };

export function cursorAt(index: number, ids: Ids, emails: Emails): CursorAt {
  const id = ids[index] ?? null;
  return { index, id, threadId: id === null ? null : (emails?.get(id)?.threadId ?? null) };
}

/** Where the cursor is in the list as it is now: at its message, at its conversation, else where it was. */
export function followed(at: CursorAt, ids: Ids, emails: Emails): CursorAt {
  if (at.index < 0 || ids.length === 0) return at;
  if (at.id === null) return ids[at.index] ? cursorAt(at.index, ids, emails) : at;
  if (ids[at.index] === at.id) return at;
  const moved = ids.indexOf(at.id);
  if (moved >= 0) return { ...at, index: moved };
  const sameThread = (id: Id | null) => id !== null && emails?.get(id)?.threadId === at.threadId;
  const conversation = at.threadId === null ? -1 : ids.findIndex(sameThread);
  // What left makes room for the next one.
  return cursorAt(conversation >= 0 ? conversation : Math.min(at.index, ids.length - 1), ids, emails);
}

interface CursorState {
  route: MailRoute;
  at: CursorAt;
  selection: ReadonlySet<Id>;
}

/** Cursor and selection belong to one list: another list starts with neither. */
export function useCursor(route: MailRoute, ids: Ids, emails: Emails) {
  const [state, setState] = useState<CursorState>({ route, at: NO_CURSOR, selection: new Set() });
  const here = sameList(state.route, route) ? state : { route, at: NO_CURSOR, selection: new Set<Id>() };
  const at = followed(here.at, ids, emails);
  const current = at === here.at ? here : { ...here, at };
  if (current !== state) setState(current);
  const setCursor = useCallback(
    (index: number) => setState((was) => ({ ...was, at: cursorAt(index, ids, emails) })),
    [ids, emails],
  );
  const setSelection = useCallback(
    (selection: ReadonlySet<Id>) => setState((was) => ({ ...was, selection })),
    [],
  );
  return { cursor: current.at.index, selection: current.selection, setCursor, setSelection };
}
