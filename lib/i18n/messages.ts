/** The catalogues, and the part of one that a screen needs: the browser gets no sentence that it cannot show. */
import en from '@/messages/en.json';
import ru from '@/messages/ru.json';
import type { Locale } from './locales';

export type Catalogue = typeof en;
export type MessageSection = keyof Catalogue;

const CATALOGUES: Record<Locale, Catalogue> = { en, ru };

export const messagesOf = (locale: Locale): Catalogue => CATALOGUES[locale];

export function pickMessages(locale: Locale, sections: readonly MessageSection[]): Partial<Catalogue> {
  const all = messagesOf(locale);
  return Object.fromEntries(sections.map((section) => [section, all[section]]));
}

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Catalogue;
  }
}
