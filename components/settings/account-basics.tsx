'use client';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { TextField } from '@/components/ui/text-field';
import { Switch } from '@/components/ui/toggle';
import type { AccountPartProps } from './account-part';
import { ChangeResult } from './change-result';
import { useAccountPatch } from './use-account-patch';

export function AccountName({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.account');
  const ui = useTranslations('ui');
  const { change, patch } = useAccountPatch(account, onChange);
  const [name, setName] = useState(account.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void patch({ name: name.trim() || account.address });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <div className="min-w-56 flex-1">
        <TextField
          label={t('name')}
          value={name}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Button type="submit" busy={change.busy}>
        {ui('save')}
      </Button>
      <div className="basis-full">
        <ChangeResult change={change} />
      </div>
    </form>
  );
}

export function SentCopy({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.account');
  const { change, patch } = useAccountPatch(account, onChange);
  return (
    <>
      <Select
        label={t('sentCopy')}
        hint={t('sentCopyHint')}
        value={account.settings.sentCopy}
        options={[
          { value: 'auto', label: t('sentCopyAuto') },
          { value: 'append', label: t('sentCopyAppend') },
          { value: 'server', label: t('sentCopyServer') },
        ]}
        onChange={(sentCopy) => void patch({ settings: { sentCopy } })}
      />
      <ChangeResult change={change} />
    </>
  );
}

export function SignInSwitch({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.account');
  const { change, patch } = useAccountPatch(account, onChange);
  return (
    <>
      <Switch
        label={t('signIn')}
        hint={t('signInHint', { address: account.address })}
        checked={account.signIn}
        disabled={change.busy}
        onChange={(signIn) => void patch({ signIn })}
      />
      <ChangeResult change={change} />
    </>
  );
}
