'use client';
/** What collecting does at the provider and here; each choice takes effect at once. */
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Progress } from '@/components/ui/progress';
import { Select } from '@/components/ui/select';
import { Switch } from '@/components/ui/toggle';
import { control } from '@/lib/client/control/request';
import type { Pop3Settings as Settings } from '@/lib/client/control/types';
import { useAccounts } from '@/lib/client/hooks';
import { type AccountPartProps, accountPath } from './account-part';
import { ChangeResult } from './change-result';
import { useAccountPatch } from './use-account-patch';
import { useChange } from './use-change';

const DAYS = [7, 14, 30, 90, 365];
const MINUTES = [0, 5, 15, 30, 60];

export function Pop3Settings({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.account');
  const pop3 = useTranslations('pop3');
  const { change, patch } = useAccountPatch(account, onChange);
  const settings = account.settings.pop3;
  const set = (part: Partial<Settings>) => void patch({ settings: { pop3: part } });
  const provider = account.incoming?.host ?? account.address;
  return (
    <>
      <p className="text-text-2">{pop3('local', { provider })}</p>
      <Switch
        label={t('leaveOnServer')}
        hint={t('leaveOnServerHint')}
        checked={settings.leaveOnServer}
        disabled={change.busy}
        onChange={(leaveOnServer) => set({ leaveOnServer })}
      />
      {settings.leaveOnServer && (
        <Select
          label={t('deleteAfter')}
          hint={t('deleteAfterHint')}
          value={settings.deleteAfterDays === null ? 'never' : String(settings.deleteAfterDays)}
          options={[
            { value: 'never', label: t('deleteNever') },
            ...withCurrent(DAYS, settings.deleteAfterDays).map((n) => ({
              value: String(n),
              label: t('deleteDays', { n }),
            })),
          ]}
          onChange={(value) => set({ deleteAfterDays: value === 'never' ? null : Number(value) })}
        />
      )}
      <Switch
        label={pop3('markRead')}
        hint={t('markReadHint')}
        checked={settings.markReadOnFetch}
        disabled={change.busy}
        onChange={(markReadOnFetch) => set({ markReadOnFetch })}
      />
      <Select
        label={t('interval')}
        hint={t('intervalHint')}
        value={String(settings.intervalMinutes)}
        options={withCurrent(MINUTES, settings.intervalMinutes).map((n) => ({
          value: String(n),
          label: n === 0 ? t('intervalManual') : t('intervalMinutes', { n }),
        }))}
        onChange={(minutes) => set({ intervalMinutes: Number(minutes) })}
      />
      <ChangeResult change={change} />
      <CollectNow id={account.id} />
    </>
  );
}

function CollectNow({ id }: { id: string }) {
  const t = useTranslations('settings.account');
  const change = useChange();
  const collecting = useAccounts().find((account) => account.id === id)?.collecting ?? null;
  const start = () => change.run(() => control('POST', `${accountPath(id)}/fetch`));
  return (
    <>
      <div>
        <Button busy={change.busy || collecting !== null} onClick={() => void start()}>
          {t('fetchNow')}
        </Button>
      </div>
      {collecting ? (
        <Collecting {...collecting} />
      ) : (
        <ChangeResult change={change} doneText={t('fetchDone')} />
      )}
    </>
  );
}

function Collecting({ done, total }: { done: number; total: number }) {
  const t = useTranslations('settings.account');
  return (
    <div className="flex flex-col gap-1">
      <Progress label={t('fetchNow')} value={total > 0 ? done / total : null} />
      <p role="status" className="text-row text-text-2">
        {t('fetching', { done, total })}
      </p>
    </div>
  );
}

/** The usual choices, and the one in force if another program chose it. */
const withCurrent = (usual: number[], current: number | null): number[] =>
  [...new Set(current === null ? usual : [...usual, current])].sort((a, b) => a - b);
