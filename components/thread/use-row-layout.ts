'use client';
/** Where rows and date headings stand. Computed anew only when rows, mail or sizes changed: the list may have 100,000 rows. */
import { useCallback, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Mail } from '@/lib/client/state';
import { dateGroup } from '@/lib/i18n/dates';
import type { Id } from '@/lib/jmap/types';
import { useClock } from './use-clock';

export interface RowLayout {
  key(index: number): Id | number;
  size(index: number): number;
  /** The heading above the row, null for most. */
  heading(index: number): string | null;
  /** What a row's heading would say. */
  group(id: Id | null | undefined): string | null;
  /** Headings above the row's own. */
  above(index: number): number;
}

export interface RowSizes {
  row: number;
  heading: number;
}

type Ids = readonly (Id | null)[];
type Headings = ReadonlyMap<number, string>;

const NO_EMAILS: Mail['emails'] = new Map();

export function useRowLayout(
  ids: Ids,
  emails: Mail['emails'] = NO_EMAILS,
  { row, heading }: RowSizes,
): RowLayout {
  const groupOf = useGroups();
  const group = useCallback(
    (id: Id | null | undefined) => {
      const email = id ? emails.get(id) : undefined;
      return email ? groupOf(email.receivedAt) : null;
    },
    [emails, groupOf],
  );
  const headings = useSame(useMemo(() => headingsOf(ids, group), [ids, group]));
  const places = useMemo(() => {
    const starts = [...headings.keys()];
    return {
      key: (index: number) => ids[index] ?? index,
      size: (index: number) => (headings.has(index) ? row + heading : row),
      heading: (index: number) => headings.get(index) ?? null,
      above: (index: number) => starts.filter((start) => start < index).length,
    };
  }, [ids, headings, row, heading]);
  return { ...places, group };
}

function headingsOf(ids: Ids, group: RowLayout['group']): Headings {
  const headings = new Map<number, string>();
  for (let index = 1; index < ids.length; index += 1) {
    if (ids[index] === null || ids[index - 1] === null) continue;
    const [before, here] = [group(ids[index - 1]), group(ids[index])];
    if (before !== null && here !== null && before !== here) headings.set(index, here);
  }
  return headings;
}

/** Mail that is read or starred moves no row: the list is measured anew only when a heading did. */
function useSame(now: Headings): Headings {
  const [was, setWas] = useState(now);
  const same = was.size === now.size && [...now].every(([index, words]) => was.get(index) === words);
  if (!same) setWas(now);
  return same ? was : now;
}

function useGroups(): (receivedAt: string) => string {
  const t = useTranslations('mail');
  const clock = useClock();
  return useMemo(() => {
    const known = new Map<string, string>();
    return (receivedAt) => {
      const before = known.get(receivedAt);
      if (before !== undefined) return before;
      const group = dateGroup(Date.parse(receivedAt), clock);
      const name = 'label' in group ? group.label : t(`group.${group.kind}`);
      known.set(receivedAt, name);
      return name;
    };
  }, [t, clock]);
}
