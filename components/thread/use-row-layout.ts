'use client';
/** Where rows and date headings stand. Computed anew only when rows, mail or sizes changed: the list may have 100,000 rows. */
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { EmailRow } from '@/lib/client/state';
import { dateGroup } from '@/lib/i18n/dates';
import type { Id } from '@/lib/jmap/types';
import { useClock } from './use-clock';

export interface RowLayout {
  key(index: number): Id | number;
  size(index: number): number;
  /** The heading above the row, null for most. */
  heading(index: number): string | null;
  group(index: number): string | null;
}

export interface RowSizes {
  row: number;
  heading: number;
}

const NO_EMAILS: ReadonlyMap<Id, EmailRow> = new Map();

export function useRowLayout(
  ids: readonly (Id | null)[],
  emails: ReadonlyMap<Id, EmailRow> = NO_EMAILS,
  { row, heading }: RowSizes,
): RowLayout {
  const groupOf = useGroups();
  return useMemo(() => {
    const group = (index: number) => {
      const id = ids[index];
      const email = id ? emails.get(id) : undefined;
      return email ? groupOf(email.receivedAt) : null;
    };
    const headings = new Map<number, string>();
    for (let index = 1; index < ids.length; index += 1) {
      if (ids[index] === null || ids[index - 1] === null) continue;
      const [before, here] = [group(index - 1), group(index)];
      if (before !== null && here !== null && before !== here) headings.set(index, here);
    }
    return {
      key: (index) => ids[index] ?? index,
      size: (index) => (headings.has(index) ? row + heading : row),
      heading: (index) => headings.get(index) ?? null,
      group,
    };
  }, [ids, emails, row, heading, groupOf]);
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
