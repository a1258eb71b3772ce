import { describe, expect, it } from 'vitest';
import { dateGroup, fullTime, listTime } from '@/lib/i18n/dates';
import type { Locale } from '@/lib/i18n/locales';

const at = (iso: string) => Date.parse(iso);
const clock = (now: string, locale: Locale = 'en', timeZone = 'Europe/Moscow') => ({
  now: at(now),
  locale,
  timeZone,
});
const NOW = '2026-11-20T12:00:00+03:00';

describe('listTime', () => {
  it.each([
    ['2026-11-20T14:32:00+03:00', 'en', '14:32'],
    ['2026-11-20T00:05:00+03:00', 'en', '00:05'],
    ['2026-11-19T23:59:00+03:00', 'en', 'Thu'],
    ['2026-11-14T08:00:00+03:00', 'en', 'Sat'],
    ['2026-11-12T08:00:00+03:00', 'en', '12 Nov'],
    ['2025-11-12T08:00:00+03:00', 'en', '12/11/2025'],
    ['2025-11-12T08:00:00+03:00', 'ru', '12.11.2025'],
    ['2026-11-12T08:00:00+03:00', 'ru', '12 нояб.'],
  ] as const)('%s in %s is %s', (iso, locale, text) => {
    expect(listTime(at(iso), clock(NOW, locale))).toBe(text);
  });

  it('counts calendar days where the reader is', () => {
    const mail = at('2026-11-19T22:30:00Z');
    expect(listTime(mail, clock('2026-11-20T09:00:00Z', 'en', 'Europe/Moscow'))).toBe('01:30');
    expect(listTime(mail, clock('2026-11-20T09:00:00Z', 'en', 'UTC'))).toBe('Thu');
  });

  it('shows a clock that runs ahead as a date, not as today', () => {
    expect(listTime(at('2026-11-25T08:00:00+03:00'), clock(NOW))).toBe('25 Nov');
  });
});

describe('fullTime', () => {
  it('names the day, the date and the zone', () => {
    // ICU's releases differ in the first comma.
    const text = fullTime(at('2026-11-20T14:32:00+03:00'), clock(NOW));
    expect(text).toMatch(/^Friday,? 20 November 2026, 14:32 GMT\+3$/);
  });
});

describe('dateGroup', () => {
  it.each([
    ['2026-11-20T00:00:00+03:00', { kind: 'today' }],
    ['2026-11-19T23:59:00+03:00', { kind: 'yesterday' }],
    ['2026-11-15T10:00:00+03:00', { kind: 'week' }],
    ['2026-10-01T10:00:00+03:00', { kind: 'month', label: 'October', key: '2026-10' }],
    ['2025-11-01T10:00:00+03:00', { kind: 'year', label: '2025', key: '2025' }],
  ])('%s', (iso, group) => {
    expect(dateGroup(at(iso), clock(NOW))).toEqual(group);
  });
});
