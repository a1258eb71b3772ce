'use client';
/** Why signing in did not work: the sentence and the next step in front, then each step that was tried, then the server's words. */
import { Check, Minus, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import type { ControlFault } from '@/lib/client/control/request';
import type { CheckStep, Provider } from '@/lib/client/control/types';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { ProviderLink } from './provider-hint';

export function CheckReport({ fault }: { fault: ControlFault }) {
  const error = useTranslations('error');
  const params = { ...fault.params, ...(fault.provider && { provider: fault.provider.name }) };
  return (
    <Notice
      tone="danger"
      live
      className="rounded-control"
      details={<ErrorDetails code={fault.code} serverText={fault.serverText} />}
    >
      <p>{errorSentence(error, { code: fault.code, params })}</p>
      <NextStep code={fault.code} provider={fault.provider} />
      {fault.steps.length > 0 && <Steps steps={fault.steps} />}
    </Notice>
  );
}

function NextStep({ code, provider }: { code: string; provider: Provider | null }) {
  const t = useTranslations('signIn');
  if (!provider) return null;
  const { name, signIn } = provider;
  if (code === 'appPasswordNeeded' || (code === 'wrongPassword' && signIn === 'appPassword')) {
    return <ProviderLink url={provider.appPasswordUrl} label={t('makeAppPassword', { provider: name })} />;
  }
  if (code !== 'protocolDisabled') return null;
  return <ProviderLink url={provider.settingsUrl} label={t('openSettings', { provider: name })} />;
}

const MARK = { ok: Check, failed: X, skipped: Minus } as const;

/** What was tried at each server, in its order. */
export function Steps({ steps }: { steps: CheckStep[] }) {
  const t = useTranslations('signIn');
  const names = {
    find: t('stepName'),
    connect: t('stepConnect'),
    tls: t('stepTls'),
    greet: t('stepGreet'),
    signIn: t('stepSignIn'),
  };
  const states = { ok: t('stepOk'), failed: t('stepFailed'), skipped: t('stepSkipped') };
  const group = (server: CheckStep['server']) => steps.filter((step) => step.server === server);
  return (
    <section aria-label={t('steps')} className="mt-2 flex flex-col gap-2 text-row text-text-2">
      {(['incoming', 'outgoing'] as const).map((server) => {
        const [first] = group(server);
        if (!first) return null;
        const untried = first.state === 'skipped';
        const title = server === 'incoming' ? 'incomingServer' : 'outgoingServer';
        return (
          <div key={server}>
            <p className="font-medium text-text">
              {t(title, { host: `${first.host}:${first.port}` })}
              {untried && <span className="font-normal text-text-2">: {states.skipped}</span>}
            </p>
            <ol hidden={untried}>
              {group(server).map(({ step, state }) => {
                const Mark = MARK[state];
                return (
                  <li key={step} className="flex items-center gap-2">
                    <Mark
                      size={16}
                      strokeWidth={1.75}
                      aria-hidden="true"
                      className={state === 'failed' ? 'text-danger' : undefined}
                    />
                    <span className={state === 'failed' ? 'font-medium text-danger' : undefined}>
                      {names[step]}: {states[state]}
                    </span>
                  </li>
                );
              })}
            </ol>
          </div>
        );
      })}
    </section>
  );
}
