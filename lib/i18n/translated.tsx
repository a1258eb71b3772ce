/** Wraps every page: what is inside finds its words. Server component. */
import type { ReactNode } from 'react';
import { CatalogueProvider } from './catalogue-provider';
import { requestPreferences } from './request';

export async function Translated({ children }: { children: ReactNode }) {
  const { language, timeZone } = await requestPreferences();
  return (
    <CatalogueProvider locale={language} timeZone={timeZone}>
      {children}
    </CatalogueProvider>
  );
}
