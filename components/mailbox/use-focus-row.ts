'use client';
/** Gives the focus to a row of a tree, at once or as soon as it is there. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Id } from '@/lib/jmap/types';

export const rowIn = (tree: HTMLElement | null, id: Id): HTMLElement | null =>
  tree?.querySelector<HTMLElement>(`[data-mailbox="${CSS.escape(id)}"]`) ?? null;

export function useFocusRow(tree: RefObject<HTMLElement | null>): (id: Id) => void {
  const wanted = useRef<Id | null>(null);
  const [, render] = useState({});
  // After every render: the row of a new folder comes with one of the next.
  useEffect(() => {
    const row = wanted.current === null ? null : rowIn(tree.current, wanted.current);
    if (!row) return;
    wanted.current = null;
    row.focus();
  });
  return useCallback((id) => {
    wanted.current = id;
    render({});
  }, []);
}
