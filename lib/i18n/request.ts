/** The language and the looks of the request being rendered. Server components only. */
import { cookies, headers } from 'next/headers';
import { createTranslator } from 'use-intl/core';
import { type Locale, negotiateLocale } from './locales';
import { type Catalogue, type MessageSection, messagesOf } from './messages';
import { type Preferences, readPreferences } from './preferences';

export async function requestPreferences(): Promise<Preferences & { language: Locale }> {
  const jar = await cookies();
  const preferences = readPreferences((name) => jar.get(name)?.value);
  const language = negotiateLocale(preferences.locale ?? undefined, (await headers()).get('accept-language'));
  return { ...preferences, language };
}

export async function translator<N extends MessageSection>(namespace: N) {
  const { language } = await requestPreferences();
  return createTranslator<Catalogue, N>({ locale: language, messages: messagesOf(language), namespace });
}
