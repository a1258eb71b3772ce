/** Wrap a screen: `<Translated sections={['ui', 'signIn', 'error']}>`. Server component. */
import type { ReactNode } from 'react';
import { CatalogueProvider } from './catalogue-provider';
import { type MessageSection, pickMessages } from './messages';
import { requestPreferences } from './request';

export async function Translated({
  sections,
  children,
}: {
  sections: readonly MessageSection[];
  children: ReactNode;
}) {
  const { language, timeZone } = await requestPreferences();
  return (
    <CatalogueProvider locale={language} timeZone={timeZone} messages={pickMessages(language, sections)}>
      {children}
    </CatalogueProvider>
  );
}
