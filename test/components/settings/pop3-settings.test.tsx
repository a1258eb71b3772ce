/** Each choice of collecting is on the page with what it does, in both languages. */
import { renderToStaticMarkup } from 'react-dom/server';
import { IntlProvider } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { Pop3OnServer } from '@/components/settings/pop3-on-server';
import { Pop3Sessions } from '@/components/settings/pop3-sessions';
import { DEFAULT_SETTINGS } from '@/lib/account/record';
import { messagesOf } from '@/lib/i18n/messages';

function rendered(locale: 'en' | 'ru', part: typeof Pop3Sessions): string {
  const settings = { ...DEFAULT_SETTINGS.pop3, firstRun: 'days' as const };
  const Part = part;
  return renderToStaticMarkup(
    <IntlProvider
      locale={locale}
      messages={messagesOf(locale)}
      timeZone="UTC"
      onError={(error) => {
        throw error;
      }}
    >
      <Part settings={settings} busy={false} set={() => undefined} />
    </IntlProvider>,
  );
}

describe.each(['en', 'ru'] as const)('collecting by POP3 on the settings page (%s)', (locale) => {
  it.each([
    ['sessions', Pop3Sessions, 9],
    ['the server', Pop3OnServer, 5],
  ] as const)('%s: each choice has its effect in a sentence', (_, part, choices) => {
    const html = rendered(locale, part);
    expect(html.match(/<select|<input/g)).toHaveLength(choices);
    expect(html.match(/aria-describedby=/g)).toHaveLength(choices);
  });
});
