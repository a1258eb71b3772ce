'use client';
/** What a known provider asks of programs, told before the password is typed; and the way to where it is done. */
import { ExternalLink } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Provider } from '@/lib/client/control/types';

export function ProviderHint({ provider }: { provider: Provider }) {
  const t = useTranslations('signIn');
  const { name, signIn, notes = [] } = provider;
  if (signIn === 'oauthOnly') return <p className="text-row text-warn">{t('notYet', { provider: name })}</p>;
  return (
    <>
      {signIn === 'appPassword' && (
        <div className="text-row text-text-2">
          <p>{t('appPassword', { provider: name })}</p>
          <ProviderLink url={provider.appPasswordUrl} label={t('makeAppPassword', { provider: name })} />
        </div>
      )}
      {notes.includes('enableImap') && (
        <div className="text-row text-text-2">
          <p>{t('enableFirst', { provider: name })}</p>
          <ProviderLink url={provider.settingsUrl} label={t('openSettings', { provider: name })} />
        </div>
      )}
    </>
  );
}

export function ProviderLink({ url, label }: { url: string | null | undefined; label: string }) {
  if (!url) return null;
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      className="target inline-flex items-center gap-1 font-medium"
    >
      {label}
      <ExternalLink size={16} strokeWidth={1.75} aria-hidden="true" />
    </a>
  );
}
