/** The sentence of an error outside of a rendered page: in the answers of the HTTP API. */
import { createTranslator } from 'use-intl/core';
import { type ErrorDescription, errorSentence } from './error-sentence';
import { negotiateLocale } from './locales';
import { type Catalogue, messagesOf } from './messages';

export function sentenceFor(acceptLanguage: string | null, error: ErrorDescription): string {
  const locale = negotiateLocale(undefined, acceptLanguage);
  const t = createTranslator<Catalogue, 'error'>({
    locale,
    messages: messagesOf(locale),
    namespace: 'error',
  });
  return errorSentence(t, error);
}
