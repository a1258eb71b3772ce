'use client';
/** The browser's half of the catalogue: messages picked on the server, and one clock zone for both sides. */
import { type ReactNode, useEffect, useState } from 'react';
import { IntlProvider } from 'use-intl';
import type { Locale } from './locales';
import type { Catalogue } from './messages';

interface CatalogueProviderProps {
  locale: Locale;
  /** null: the server does not know it yet; the device's own is taken after the first paint. */
  timeZone: string | null;
  messages: Partial<Catalogue>;
  children: ReactNode;
}

export function CatalogueProvider({ locale, timeZone, messages, children }: CatalogueProviderProps) {
  const [zone, setZone] = useState(timeZone ?? 'UTC');
  useEffect(() => setZone(new Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC'), []);
  return (
    <IntlProvider locale={locale} timeZone={zone} messages={messages}>
      {children}
    </IntlProvider>
  );
}
