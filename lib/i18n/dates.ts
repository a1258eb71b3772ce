/**
 * Times as page.md §2 writes them: today `14:32`, this week `Tue`, this year `12 Nov`, older by locale, and the whole truth
 * (date, zone) for tooltips and details. Never "14 minutes ago": it is wrong a minute later.
 */
import type { Locale } from './locales';

export interface Clock {
  locale: Locale;
  /** undefined: the device's. */
  timeZone: string | undefined;
  now: number;
}

/** `en` alone would write 11/12/2025, which half of the world reads as December. */
const FORMAT_LOCALE: Record<Locale, string> = { en: 'en-GB', ru: 'ru-RU' };
const DAY_MS = 24 * 60 * 60 * 1000;

export function listTime(at: number, { locale, timeZone, now }: Clock): string {
  const days = daysBetween(at, now, timeZone);
  if (days === 0) return write(at, locale, timeZone, { hour: '2-digit', minute: '2-digit' });
  if (days > 0 && days < 7) return write(at, locale, timeZone, { weekday: 'short' });
  const sameYear = dayOf(at, timeZone).slice(0, 4) === dayOf(now, timeZone).slice(0, 4);
  if (sameYear) return write(at, locale, timeZone, { day: 'numeric', month: 'short' });
  return write(at, locale, timeZone, { day: '2-digit', month: '2-digit', year: 'numeric' });
}

export function fullTime(at: number, { locale, timeZone }: Clock): string {
  const date = write(at, locale, timeZone, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return `${date}, ${write(at, locale, timeZone, { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' })}`;
}

/** `12 November 2026` */
export const fullDay = (at: number, { locale, timeZone }: Clock): string =>
  write(at, locale, timeZone, { day: 'numeric', month: 'long', year: 'numeric' });

export type DateGroup =
  | { kind: 'today' | 'yesterday' | 'week' }
  | { kind: 'month' | 'year'; label: string; key: string };

/** The heading of the list a mail stands under: Today, Yesterday, This week, November, 2025. */
export function dateGroup(at: number, { locale, timeZone, now }: Clock): DateGroup {
  const days = daysBetween(at, now, timeZone);
  if (days <= 0) return { kind: 'today' };
  if (days === 1) return { kind: 'yesterday' };
  if (days < 7) return { kind: 'week' };
  const day = dayOf(at, timeZone);
  const year = day.slice(0, 4);
  if (year !== dayOf(now, timeZone).slice(0, 4)) return { kind: 'year', label: year, key: year };
  const label = write(at, locale, timeZone, { month: 'long' });
  return {
    kind: 'month',
    label: label.charAt(0).toLocaleUpperCase(locale) + label.slice(1),
    key: day.slice(0, 7),
  };
}

/** Calendar days, not 24 hours: 23:59 yesterday is yesterday at 00:01. */
function daysBetween(from: number, to: number, timeZone: string | undefined): number {
  return Math.round((Date.parse(dayOf(to, timeZone)) - Date.parse(dayOf(from, timeZone))) / DAY_MS);
}

/** `2026-11-22` where the reader is. */
const dayOf = (at: number, timeZone: string | undefined): string =>
  formatter('sv-SE', timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

const write = (
  at: number,
  locale: Locale,
  timeZone: string | undefined,
  options: Intl.DateTimeFormatOptions,
): string => formatter(FORMAT_LOCALE[locale], timeZone, options).format(at);

/** Making a formatter costs 50 times more than using it, and a list makes three a row. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(
  locale: string,
  timeZone: string | undefined,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, timeZone, options]);
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone, hourCycle: 'h23' });
  formatters.set(key, made);
  return made;
}
