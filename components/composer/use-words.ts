'use client';
/** The lines above a quoted message, in the writer's language. */
import { useMemo } from 'react';
import { useLocale, useTimeZone, useTranslations } from 'use-intl';
import { chipText } from '@/lib/client/composer/chips';
import { shortName } from '@/lib/client/row';
import { fullTime } from '@/lib/i18n/dates';
import type { EmailAddress } from '@/lib/jmap/types';
import type { Original, Words } from './prepare-draft';

export function useWords(): Words {
  const t = useTranslations('composer');
  const locale = useLocale();
  const timeZone = useTimeZone();
  return useMemo(() => {
    const date = ({ row, content }: Original) =>
      fullTime(Date.parse(content.sentAt ?? row.receivedAt), { locale, timeZone, now: 0 });
    const list = (people: readonly EmailAddress[] | null) => (people ?? []).map(chipText).join(', ');
    return {
      attribution: (original) => {
        const author = original.row.from?.[0];
        return t('attribution', { date: date(original), name: author ? shortName(author) : '?' });
      },
      forwardHead: (original) => {
        const { row, content } = original;
        const lines: [string, string][] = [
          [t('head.from'), list(row.from)],
          [t('head.date'), date(original)],
          [t('head.subject'), row.subject ?? ''],
          [t('head.to'), list(row.to)],
          [t('head.cc'), list(content.cc)],
        ];
        return [t('forwarded'), ...lines.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []))];
      },
    };
  }, [t, locale, timeZone]);
}
