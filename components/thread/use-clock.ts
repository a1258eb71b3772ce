'use client';
/** The reader's language, zone and the hour, for times in lists; moves on by itself. */
import { useMemo, useSyncExternalStore } from 'react';
import { useLocale, useTimeZone } from 'use-intl';
import type { Clock } from '@/lib/i18n/dates';
import type { Locale } from '@/lib/i18n/locales';

const MINUTE_MS = 60_000;
const thisMinute = () => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

function everyMinute(told: () => void): () => void {
  const timer = setInterval(told, MINUTE_MS);
  return () => clearInterval(timer);
}

export function useClock(): Clock {
  const locale = useLocale() as Locale;
  const timeZone = useTimeZone();
  const now = useSyncExternalStore(everyMinute, thisMinute, thisMinute);
  return useMemo(() => ({ locale, timeZone, now }), [locale, timeZone, now]);
}
