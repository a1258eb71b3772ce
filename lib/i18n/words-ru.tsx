/** The words in Russian, loaded only by who reads Russian. */
import { IntlProvider } from 'use-intl';
import messages from '@/messages/ru.json';
import type { WordsProps } from './catalogue-provider';

export default function Russian({ timeZone, children }: WordsProps) {
  return (
    <IntlProvider locale="ru" timeZone={timeZone} messages={messages}>
      {children}
    </IntlProvider>
  );
}
