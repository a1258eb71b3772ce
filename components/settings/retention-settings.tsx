'use client';
/** How long mail that lies here stays here; nothing goes from a mail server by it. */
import { useTranslations } from 'use-intl';
import type { Retention } from '@/lib/client/control/types';
import type { AccountPartProps } from './account-part';
import { ChangeResult } from './change-result';
import { NumberChoice } from './number-choice';
import { useAccountPatch } from './use-account-patch';

const DAYS = [7, 10, 30, 90];
const YEARS = [90, 365, 1_095];
const LAST = [1_000, 10_000, 100_000];

export function RetentionSettings({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.retention');
  const { change, patch } = useAccountPatch(account, onChange);
  const { retention } = account.settings;
  const set = (part: Partial<Retention>) => void patch({ settings: { retention: part } });
  const choice = (name: keyof Retention, usual: number[], text: (n: number) => string) => (
    <NumberChoice
      label={t(name)}
      hint={t(`${name}Hint`)}
      value={retention[name]}
      usual={usual}
      text={text}
      none={t('never')}
      onChange={(n) => set({ [name]: n })}
    />
  );
  const days = (n: number) => t('days', { n });
  return (
    <>
      {choice('trashDays', DAYS, days)}
      {choice('junkDays', DAYS, days)}
      {choice('keepDays', YEARS, days)}
      {choice('keepLast', LAST, (n) => t('last', { n }))}
      <ChangeResult change={change} />
    </>
  );
}
