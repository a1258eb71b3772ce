import { describe, expect, it } from 'vitest';
import { negotiateLocale } from '@/lib/i18n/locales';

describe('negotiateLocale', () => {
  it.each([
    ['ru', 'en', 'ru'],
    [undefined, 'ru-RU,ru;q=0.9,en;q=0.8', 'ru'],
    [undefined, 'en;q=0.5, ru;q=0.7', 'ru'],
    [undefined, 'de-DE,de;q=0.9', 'en'],
    [undefined, 'ru;q=0, en;q=0.1', 'en'],
    [undefined, null, 'en'],
    ['xx', 'ru', 'ru'],
    [undefined, ',,;q=,ru;q=abc', 'en'],
  ])('chosen %s, browser %s: %s', (chosen, header, locale) => {
    expect(negotiateLocale(chosen, header)).toBe(locale);
  });

  it('reads only the beginning of an endless header', () => {
    expect(negotiateLocale(undefined, `${'de,'.repeat(100_000)}ru`)).toBe('en');
  });
});
