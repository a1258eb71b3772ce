import { createTranslator } from 'use-intl/core';
import { describe, expect, it } from 'vitest';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { LOCALES } from '@/lib/i18n/locales';
import { messagesOf } from '@/lib/i18n/messages';

const translator = (locale: (typeof LOCALES)[number]) =>
  createTranslator({
    locale,
    messages: messagesOf(locale),
    namespace: 'error',
    onError: (error) => {
      throw error;
    },
  });

describe('errorSentence', () => {
  it('fills in what the server told', () => {
    const sentence = errorSentence(translator('en'), {
      code: 'connectionRefused',
      params: { host: 'mail.example.org', port: 993 },
    });
    expect(sentence).toBe(
      'mail.example.org does not accept connections on port 993. Check the server name and the port.',
    );
  });

  it('a broken link is no failure of Gatepost', () => {
    const t = translator('en');
    expect(errorSentence(t, { code: 'offline' })).toBe(errorSentence(t, { code: 'network' }));
  });

  it.each(LOCALES)('every code makes a sentence in %s without any value', (locale) => {
    const t = translator(locale);
    const codes = Object.keys(messagesOf(locale).error).filter((code) => code !== 'fallback');
    for (const code of codes) expect(errorSentence(t, { code })).toMatch(/^[^{}]{10,}\.$/u);
  });

  it('tells a certificate’s fault', () => {
    const params = { host: 'mail.example.org', reason: 'wrongName', names: 'other.example' };
    expect(errorSentence(translator('en'), { code: 'tlsFailed', params })).toContain(
      'another name (other.example)',
    );
  });

  it('counts seconds in Russian', () => {
    expect(errorSentence(translator('ru'), { code: 'rateLimit', params: { seconds: 21 } })).toContain(
      '21 секунду',
    );
    expect(errorSentence(translator('ru'), { code: 'rateLimit', params: { seconds: 13 } })).toContain(
      '13 секунд ',
    );
  });

  it('has words for a code that it does not know', () => {
    expect(errorSentence(translator('en'), { code: 'fallback' })).toBe(
      errorSentence(translator('en'), { code: 'serverFail' }),
    );
  });
});
