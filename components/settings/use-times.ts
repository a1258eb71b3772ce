'use client';
import { useLocale, useTimeZone } from 'use-intl';
import { fullTime, listTime } from '@/lib/i18n/dates';

/** Short and full form of a time for this reader. */
export function useTimes() {
  const locale = useLocale();
  const timeZone = useTimeZone();
  const clock = { locale, timeZone, now: Date.now() };
  return {
    short: (iso: string) => listTime(Date.parse(iso), clock),
    full: (iso: string) => fullTime(Date.parse(iso), clock),
  };
}
