/** Which languages there are, and which one a request gets: the user's own choice, else the browser's (RFC 9110 §12.5.4). */
export const LOCALES = ['en', 'ru'] as const;
export type Locale = (typeof LOCALES)[number];
const DEFAULT_LOCALE: Locale = 'en';
/** Each in its own words: whoever looks for their language can read only that. */
export const LOCALE_NAMES: Record<Locale, string> = { en: 'English', ru: 'Русский' };

export const isLocale = (value: unknown): value is Locale =>
  typeof value === 'string' && (LOCALES as readonly string[]).includes(value);

/** A browser sends a handful; a longer list is nobody's real preference. */
const MAX_RANGES = 20;

export function negotiateLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(chosen)) return chosen;
  const ranges = (acceptLanguage ?? '').slice(0, 1000).split(',').slice(0, MAX_RANGES).map(parseRange);
  ranges.sort((a, b) => b.quality - a.quality);
  for (const { language, quality } of ranges) if (quality > 0 && isLocale(language)) return language;
  return DEFAULT_LOCALE;
}

function parseRange(range: string): { language: string; quality: number } {
  const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
  const weight = parameters.map((p) => p.trim()).find((p) => p.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { language: tag.split('-')[0] ?? '', quality: Number.isFinite(quality) ? quality : 0 };
}
