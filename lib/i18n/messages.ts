/** The catalogues, for the server; the browser loads the one of its language (catalogue-provider). */
import en from '@/messages/en.json';
import ru from '@/messages/ru.json';
import type { Locale } from './locales';

export type Catalogue = typeof en;
export type MessageSection = keyof Catalogue;

const CATALOGUES: Record<Locale, Catalogue> = { en, ru };

export const messagesOf = (locale: Locale): Catalogue => CATALOGUES[locale];

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Catalogue;
  }
}
