/** The words in English, loaded only by who reads English. */
import { IntlProvider } from 'use-intl';
import messages from '@/messages/en.json';
import type { WordsProps } from './catalogue-provider';

export default function English({ timeZone, children }: WordsProps) {
  return (
    <IntlProvider locale="en" timeZone={timeZone} messages={messages}>
      {children}
    </IntlProvider>
  );
}
