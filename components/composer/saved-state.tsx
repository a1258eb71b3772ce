'use client';
import { useLocale, useTimeZone, useTranslations } from 'use-intl';
import type { Kept } from '@/lib/client/composer/view';
import { listTime } from '@/lib/i18n/dates';

/** I1: "Saved" is the server's word, "Kept on this device" the browser's. */
export function SavedState({ kept }: { kept: Kept }) {
  const t = useTranslations();
  const locale = useLocale();
  const timeZone = useTimeZone();
  if (kept.at === 'nowhere') return null;
  if (kept.at === 'saving') return t('ui.saving');
  if (kept.at !== 'server') return t('draft.kept');
  return t('draft.saved', { time: listTime(kept.time, { locale, timeZone, now: kept.time }) });
}
