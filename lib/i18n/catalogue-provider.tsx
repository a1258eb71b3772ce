'use client';
/** The browser's half of the catalogue: a file that it keeps, not a part of every page; and one clock zone for both sides. */
import dynamic from 'next/dynamic';
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import type { Locale } from './locales';

export interface WordsProps {
  timeZone: string;
  children: ReactNode;
}

const WORDS: Record<Locale, ComponentType<WordsProps>> = {
  en: dynamic(() => import('./words-en')),
  ru: dynamic(() => import('./words-ru')),
};

interface CatalogueProviderProps {
  locale: Locale;
  /** null: the server does not know it yet; the device's own is taken after the first paint. */
  timeZone: string | null;
  children: ReactNode;
}

export function CatalogueProvider({ locale, timeZone, children }: CatalogueProviderProps) {
  const [zone, setZone] = useState(timeZone ?? 'UTC');
  useEffect(() => setZone(new Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC'), []);
  const Words = WORDS[locale];
  return <Words timeZone={zone}>{children}</Words>;
}
