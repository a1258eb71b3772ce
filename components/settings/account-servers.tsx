'use client';
/** A new password, other servers: both are checked by really signing in before anything is kept. */
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { draftOf, faultsOf, serversOf } from '@/components/auth/server-draft';
import { ServerFields } from '@/components/auth/server-fields';
import { Button } from '@/components/ui/button';
import { PasswordField } from '@/components/ui/password-field';
import type { AccountPartProps } from './account-part';
import { CheckResult } from './check-result';
import { useAccountPatch } from './use-account-patch';

export function AccountPassword({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.account');
  const ui = useTranslations('ui');
  const { change, patch } = useAccountPatch(account, onChange);
  const field = useRef<HTMLInputElement>(null);
  const [empty, setEmpty] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const password = field.current?.value ?? '';
    setEmpty(password === '');
    if (password !== '') void patch({ password });
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-3">
      <PasswordField
        ref={field}
        label={ui('password')}
        hint={t('newPasswordHint', { address: account.address })}
        autoComplete="off"
        error={empty ? ui('required') : null}
      />
      <div>
        <Button type="submit" busy={change.busy}>
          {t('savePassword')}
        </Button>
      </div>
      <CheckResult change={change} />
    </form>
  );
}

export function AccountServers({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.account');
  const { change, patch } = useAccountPatch(account, onChange);
  const { kind, incoming, outgoing } = account;
  const [draft, setDraft] = useState(() =>
    kind !== 'demo' && incoming && outgoing ? draftOf({ kind, incoming, outgoing }) : null,
  );
  const [tried, setTried] = useState(false);
  if (!draft) return null;
  const faults = { incoming: faultsOf(draft.incoming), outgoing: faultsOf(draft.outgoing) };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys({ ...faults.incoming, ...faults.outgoing }).length > 0) return;
    const servers = serversOf(draft);
    void patch({ incoming: servers.incoming, outgoing: servers.outgoing });
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <ServerFields value={draft} onChange={setDraft} faults={tried ? faults : null} fixedKind />
      <div>
        <Button type="submit" busy={change.busy}>
          {t('saveServers')}
        </Button>
      </div>
      <CheckResult change={change} />
    </form>
  );
}
