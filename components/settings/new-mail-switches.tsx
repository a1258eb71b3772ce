'use client';
/** Where new mail of this account shows beside its own inbox. */
import { useTranslations } from 'use-intl';
import { Switch } from '@/components/ui/toggle';
import type { AccountPartProps } from './account-part';
import { ChangeResult } from './change-result';
import { useAccountPatch } from './use-account-patch';

const SWITCHES = ['inAllInboxes', 'notify'] as const;

export function NewMailSwitches({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.account');
  const { change, patch } = useAccountPatch(account, onChange);
  return (
    <>
      {SWITCHES.map((name) => (
        <Switch
          key={name}
          label={t(name)}
          hint={t(`${name}Hint`)}
          checked={account.settings[name]}
          disabled={change.busy}
          onChange={(on) => void patch({ settings: { [name]: on } })}
        />
      ))}
      <ChangeResult change={change} />
    </>
  );
}
