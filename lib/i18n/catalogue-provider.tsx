'use client';
/** The browser's half of the catalogue: messages picked on the server, one clock zone for both sides. */
import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import type { Locale } from './locales';
import type { Catalogue } from './messages';

interface CatalogueProviderProps {
  locale: Locale;
  timeZone: string | undefined;
  messages: Partial<Catalogue>;
  children: ReactNode;
}

export function CatalogueProvider({ locale, timeZone, messages, children }: CatalogueProviderProps) {
  return (
    <IntlProvider locale={locale} timeZone={timeZone} messages={messages}>
      {children}
    </IntlProvider>
  );
}
