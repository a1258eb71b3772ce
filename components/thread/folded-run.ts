/** A long conversation shows what is read of it as its first and its last line, and the lines between as one: the newest is in view. */

/** Fewer lines are not worth a click. */
const WORTH = 4;

export interface Lines<T> {
  shown: T[];
  /** Of the first run of closed messages that is long enough; null where none is. */
  folded: { after: number; items: T[] } | null;
}

export function foldRun<T>(items: readonly T[], isOpen: (item: T) => boolean): Lines<T> {
  const start = items.findIndex((item) => !isOpen(item));
  const next = items.findIndex((item, index) => index > start && isOpen(item));
  const end = next < 0 ? items.length : next;
  if (start < 0 || end - start - 2 < WORTH) return { shown: [...items], folded: null };
  return {
    shown: [...items.slice(0, start + 1), ...items.slice(end - 1)],
    folded: { after: start, items: items.slice(start + 1, end - 1) },
  };
}
