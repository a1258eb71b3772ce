/** Which rows a tree shows and where its arrow keys lead (ARIA APG, tree view). Pure. */
import type { Id } from '@/lib/jmap/types';

export interface TreeStop {
  id: Id;
  depth: number;
  hasChildren: boolean;
}

export function visible<T extends TreeStop>(stops: readonly T[], closed: ReadonlySet<Id>): T[] {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return stops.filter(({ id, depth }) => {
    if (depth > hiddenBelow) return false;
    hiddenBelow = closed.has(id) ? depth : Number.POSITIVE_INFINITY;
    return true;
  });
}

/** Opens or closes the row, or goes to another; null when the key means nothing here. */
export type TreeStep = { open: boolean } | { to: Id } | null;

export function treeStep(
  key: string,
  stops: readonly TreeStop[],
  at: Id | undefined,
  closed: ReadonlySet<Id>,
): TreeStep {
  const index = stops.findIndex(({ id }) => id === at);
  const stop = stops[index];
  if (!stop) return null;
  const { depth, hasChildren } = stop;
  if (key === 'ArrowRight' && hasChildren && closed.has(stop.id)) return { open: true };
  if (key === 'ArrowLeft' && hasChildren && !closed.has(stop.id)) return { open: false };
  const next: Record<string, TreeStop | undefined> = {
    ArrowDown: stops[index + 1],
    ArrowUp: stops[index - 1],
    Home: stops[0],
    End: stops.at(-1),
    ArrowRight: hasChildren ? stops[index + 1] : undefined,
    ArrowLeft: stops.slice(0, index).findLast((above) => above.depth < depth),
  };
  const to = next[key];
  return to ? { to: to.id } : null;
}

/** Where the focus goes when rows are taken out: the one that takes their place, else the one above. */
export function afterRemoval(stops: readonly TreeStop[], gone: ReadonlySet<Id>, at: Id): Id | undefined {
  const index = stops.findIndex(({ id }) => id === at);
  const stays = ({ id }: TreeStop) => !gone.has(id);
  return (stops.slice(index).find(stays) ?? stops.slice(0, Math.max(0, index)).findLast(stays))?.id;
}
