/** A code of lib/errors.ts as what happened and what to do. A value that the server did not tell has a general word. */
import type { useTranslations } from 'use-intl';

type ErrorTranslator = ReturnType<typeof useTranslations<'error'>>;

export interface ErrorDescription {
  code: string;
  params?: Record<string, string | number>;
}

/** A link that broke under a request of ours (LinkFault) is told as any other that is not there. */
const SAME: Record<string, string> = { offline: 'network' };

export function errorSentence(t: ErrorTranslator, { code: told, params = {} }: ErrorDescription): string {
  const code = SAME[told] ?? told;
  const known = code !== 'fallback' && t.has(code as Parameters<ErrorTranslator['has']>[0]);
  const key = (known ? code : 'serverFail') as 'serverFail';
  const host = params.host ?? t('fallback.host');
  return t(key, {
    host,
    provider: params.host ?? t('fallback.provider'),
    protocol: t('fallback.protocol'),
    port: 'none',
    max: 'none',
    id: 'none',
    reason: 'other',
    names: '?',
    validFrom: '?',
    validTo: '?',
    seconds: 0,
    ...params,
  });
}
