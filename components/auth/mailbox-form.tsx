'use client';
/** One form for sign-in and for a further account: what is unknown is found, what is new is confirmed, what fails says why. */
import { type FormEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Disclosure } from '@/components/ui/disclosure';
import { Notice } from '@/components/ui/notice';
import { PasswordField } from '@/components/ui/password-field';
import { TextField } from '@/components/ui/text-field';
import type { SignInRules } from '@/lib/client/control/types';
import { domainOf, fullAddress } from './address';
import { CheckReport } from './check-report';
import { ConfirmServers, FoundLine } from './found-servers';
import { ProviderHint } from './provider-hint';
import { draftOf, emptyServers, faultsOf, type ServersDraft, serversOf } from './server-draft';
import { ServerFields } from './server-fields';
import { SignInProgress } from './sign-in-progress';
import { useDiscovery } from './use-discovery';
import { type Login, type Phase, useSignIn } from './use-sign-in';

interface MailboxFormProps<T> {
  rules: Pick<SignInRules, 'fixed' | 'mailDomain'>;
  submitLabel: string;
  check: (login: Login, signal: AbortSignal) => Promise<T>;
  onDone: (checked: T) => void;
  /** The browser fills in who signs in, not who is added. */
  autoComplete: boolean;
}

interface Faults {
  address: boolean;
  password: boolean;
}

export function MailboxForm<T>({ rules, submitLabel, check, onDone, autoComplete }: MailboxFormProps<T>) {
  const t = useTranslations('signIn');
  const ui = useTranslations('ui');
  const form = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<Faults>({ address: false, password: false });
  const [servers, setServers] = useState<ServersDraft | null>(null);
  const [serversTried, setServersTried] = useState(false);
  const { found, find, look } = useDiscovery();
  const { phase, submit, confirm, cancel, forget } = useSignIn({
    fixed: rules.fixed,
    find,
    check,
    onDone,
  });
  const busy = phase.name === 'looking' || phase.name === 'checking';

  /** From the form itself: browsers fill it in without telling React. */
  const read = (): Login => {
    const data = new FormData(form.current ?? undefined);
    const address = fullAddress(String(data.get('username') ?? ''), rules.mailDomain);
    return {
      address,
      password: String(data.get('password') ?? ''),
      ...(servers && { servers: serversOf(servers) }),
    };
  };

  useEffect(() => {
    const filledIn = new FormData(form.current ?? undefined).get('username');
    if (typeof filledIn === 'string' && !rules.fixed) look(filledIn);
  }, [look, rules.fixed]);
  const answer = useEffectEvent((now: Phase) => {
    if (now.name === 'notFound') setServers((was) => was ?? emptyServers(read().address));
    if (now.name === 'failed' && now.fault.code === 'wrongPassword') focusField(form.current, 'password');
  });
  useEffect(() => answer(phase), [phase]);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const login = read();
    const missing = { address: !rules.fixed && !domainOf(login.address), password: login.password === '' };
    setFaults(missing);
    setServersTried(servers !== null);
    if (missing.address) return focusField(form.current, 'username');
    if (missing.password) return focusField(form.current, 'password');
    if (servers && hasFaults(servers)) return;
    void submit(login);
  };

  const unfold = (open: boolean) => {
    const { address } = read();
    if (open) forget(address);
    setServers((was) => {
      if (!open) return null;
      const best = found?.address === address ? found.servers[0] : undefined;
      return was ?? (best ? draftOf(best) : emptyServers(address));
    });
  };

  return (
    <form ref={form} method="post" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
      <div className="flex flex-col gap-1">
        <TextField
          label={t('address')}
          name="username"
          type={rules.mailDomain ? 'text' : 'email'}
          inputMode="email"
          autoComplete={autoComplete ? 'username' : 'off'}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          autoFocus
          error={faults.address ? t('badAddress') : null}
          onChange={(event) => {
            // What was wrong is being put right.
            setFaults((was) => ({ ...was, address: false }));
            if (rules.fixed) return;
            look(event.target.value.trim());
            if (phase.name === 'confirm') cancel();
          }}
        />
        {!rules.fixed && !servers && <FoundLine found={found} />}
        {!rules.fixed && found?.provider && <ProviderHint provider={found.provider} />}
      </div>
      <PasswordField
        label={t('password')}
        name="password"
        autoComplete={autoComplete ? 'current-password' : 'off'}
        error={faults.password ? ui('required') : null}
        onChange={() => setFaults((was) => ({ ...was, password: false }))}
      />
      {phase.name === 'notFound' && (
        <Notice tone="warn" live className="rounded-control">
          <p className="font-medium">{t('notFoundTitle', { domain: phase.domain })}</p>
          <p>{t('notFound')}</p>
        </Notice>
      )}
      {!rules.fixed && (
        <Disclosure label={t('serverSettings')} open={servers !== null} onToggle={unfold}>
          {servers && (
            <div className="pt-2 ps-5">
              <ServerFields
                value={servers}
                onChange={setServers}
                faults={
                  serversTried
                    ? { incoming: faultsOf(servers.incoming), outgoing: faultsOf(servers.outgoing) }
                    : null
                }
              />
            </div>
          )}
        </Disclosure>
      )}
      {phase.name === 'failed' && <CheckReport fault={phase.fault} />}
      {phase.name === 'confirm' ? (
        <ConfirmServers
          servers={phase.servers}
          domain={domainOf(read().address) ?? ''}
          onConfirm={() => void confirm(read(), phase.servers)}
          onCancel={cancel}
        />
      ) : (
        <Button type="submit" look="filled" busy={busy}>
          {submitLabel}
        </Button>
      )}
      <SignInProgress phase={phase} onCancel={cancel} />
    </form>
  );
}

const hasFaults = ({ incoming, outgoing }: ServersDraft): boolean =>
  Object.keys({ ...faultsOf(incoming), ...faultsOf(outgoing) }).length > 0;

function focusField(form: HTMLFormElement | null, name: string): void {
  const field = form?.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.select();
}
