'use client';
/** What becomes of mail at the provider once it is here. */
import { useTranslations } from 'use-intl';
import { Switch } from '@/components/ui/toggle';
import { NumberChoice } from './number-choice';
import type { Pop3PartProps } from './pop3-part';

const DAYS = [7, 14, 30, 90, 365];
const REMOVALS = ['deleteWhenTrashed', 'deleteWhenMoved', 'deleteWhenDestroyed'] as const;

export function Pop3OnServer({ settings, busy, set }: Pop3PartProps) {
  const t = useTranslations('settings.account');
  const pop3 = useTranslations('pop3');
  return (
    <>
      <Switch
        label={t('leaveOnServer')}
        hint={t('leaveOnServerHint')}
        checked={settings.leaveOnServer}
        disabled={busy}
        onChange={(leaveOnServer) => set({ leaveOnServer })}
      />
      {settings.leaveOnServer && (
        <>
          <NumberChoice
            label={t('deleteAfter')}
            hint={t('deleteAfterHint')}
            value={settings.deleteAfterDays}
            usual={DAYS}
            text={(n) => t('deleteDays', { n })}
            none={t('deleteNever')}
            onChange={(deleteAfterDays) => set({ deleteAfterDays })}
          />
          {REMOVALS.map((name) => (
            <Switch
              key={name}
              label={pop3(name)}
              hint={pop3(`${name}Hint`)}
              checked={settings[name]}
              disabled={busy}
              onChange={(on) => set({ [name]: on })}
            />
          ))}
        </>
      )}
    </>
  );
}
