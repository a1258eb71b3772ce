/**
 * How the page looks is a matter of the device, so it lives in cookies: the server writes it into the first HTML and nothing
 * flashes. Not a secret, not a session; written by the browser, read by both sides.
 */
import { isLocale, type Locale } from './locales';

export const THEMES = ['system', 'light', 'dark'] as const;
export const CONTRASTS = ['system', 'high'] as const;
export const DENSITIES = ['dense', 'normal', 'comfortable'] as const;
export const READING_PANES = ['right', 'below', 'off'] as const;
export const SCREENS = ['desk', 'phone'] as const;

export interface Preferences {
  theme: (typeof THEMES)[number];
  contrast: (typeof CONTRASTS)[number];
  density: (typeof DENSITIES)[number];
  readingPane: (typeof READING_PANES)[number];
  /** null: as the browser asks. */
  locale: Locale | null;
  /** IANA name, told by the browser, so that the server writes the same times. */
  timeZone: string | null;
  /** Told by the browser, so that the server paints rows as they stay. */
  screen: (typeof SCREENS)[number];
}

export const preferenceCookieName = (key: keyof Preferences): string => `gatepost-${key.toLowerCase()}`;

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** What `cookieStore.set` takes; null forgets the choice. */
export function preferenceCookie<K extends keyof Preferences>(key: K, value: Preferences[K]) {
  const expires = value === null ? 0 : Date.now() + YEAR_MS;
  return {
    name: preferenceCookieName(key),
    value: value ?? '',
    path: '/',
    expires,
    sameSite: 'lax',
  } as const;
}

export function readPreferences(cookie: (name: string) => string | undefined): Preferences {
  const value = (key: keyof Preferences) => cookie(preferenceCookieName(key));
  const locale = value('locale');
  return {
    theme: oneOf(THEMES, value('theme'), 'system'),
    contrast: oneOf(CONTRASTS, value('contrast'), 'system'),
    density: oneOf(DENSITIES, value('density'), 'normal'),
    readingPane: oneOf(READING_PANES, value('readingPane'), 'right'),
    locale: isLocale(locale) ? locale : null,
    timeZone: knownTimeZone(value('timeZone')),
    screen: oneOf(SCREENS, value('screen'), 'desk'),
  };
}

function oneOf<T extends string>(choices: readonly T[], value: string | undefined, otherwise: T): T {
  return choices.find((choice) => choice === value) ?? otherwise;
}

/** `Europe/Moscow`. Anything unknown would throw in Intl; its own list lacks the names that other browsers have for the same zones. */
function knownTimeZone(name: string | undefined): string | null {
  if (!name) return null;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
