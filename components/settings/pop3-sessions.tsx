'use client';
/** When it is collected, how much at a time, and how it is signed in. */
import { useTranslations } from 'use-intl';
import { Select } from '@/components/ui/select';
import { Switch } from '@/components/ui/toggle';
import { NumberChoice } from './number-choice';
import type { Pop3PartProps } from './pop3-part';

const MINUTES = [0, 5, 15, 30, 60];
const FIRST_DAYS = [7, 30, 90, 365];
const MESSAGES = [200, 500, 2_000, 10_000];
const MEGABYTES = [10, 50, 200, 1_000];
const LARGE = [1, 5, 10, 25];
const FAILURES = [0, 3, 5, 10];
const FIRST_RUNS = ['ask', 'all', 'days', 'new'] as const;
const METHODS = ['auto', 'plain', 'login', 'cram-md5', 'apop', 'user'] as const;

export function Pop3Sessions({ settings, busy, set }: Pop3PartProps) {
  const t = useTranslations('settings.account');
  const pop3 = useTranslations('pop3');
  return (
    <>
      <NumberChoice
        label={t('interval')}
        hint={t('intervalHint')}
        value={settings.intervalMinutes}
        usual={MINUTES}
        text={(n) => (n === 0 ? t('intervalManual') : t('intervalMinutes', { n }))}
        onChange={(n) => n !== null && set({ intervalMinutes: n })}
      />
      <Switch
        label={pop3('onOpening')}
        hint={pop3('onOpeningHint')}
        checked={settings.fetchOnOpening}
        disabled={busy}
        onChange={(fetchOnOpening) => set({ fetchOnOpening })}
      />
      <Select
        label={pop3('firstRun')}
        hint={pop3('firstRunHint')}
        value={settings.firstRun}
        options={FIRST_RUNS.map((value) => ({ value, label: pop3(`firstRun_${value}`) }))}
        onChange={(firstRun) => set({ firstRun })}
      />
      {(settings.firstRun === 'days' || settings.firstRun === 'ask') && (
        <NumberChoice
          label={pop3('firstDays')}
          hint={pop3('firstDaysHint')}
          value={settings.firstRunDays}
          usual={FIRST_DAYS}
          text={(n) => pop3('days', { n })}
          onChange={(n) => n !== null && set({ firstRunDays: n })}
        />
      )}
      <NumberChoice
        label={pop3('sessionMessages')}
        hint={pop3('sessionHint')}
        value={settings.sessionMessages}
        usual={MESSAGES}
        text={(n) => pop3('messages', { n })}
        onChange={(n) => n !== null && set({ sessionMessages: n })}
      />
      <NumberChoice
        label={pop3('sessionSize')}
        hint={pop3('sessionHint')}
        value={settings.sessionMegabytes}
        usual={MEGABYTES}
        text={(n) => pop3('megabytes', { n })}
        onChange={(n) => n !== null && set({ sessionMegabytes: n })}
      />
      <NumberChoice
        label={pop3('headersFirst')}
        hint={pop3('headersFirstHint')}
        value={settings.headersFirstMegabytes}
        usual={LARGE}
        text={(n) => pop3('headersFirstSize', { n })}
        none={pop3('headersFirstNever')}
        onChange={(headersFirstMegabytes) => set({ headersFirstMegabytes })}
      />
      <NumberChoice
        label={pop3('pause')}
        hint={pop3('pauseHint')}
        value={settings.pauseAfterFailures}
        usual={FAILURES}
        text={(n) => (n === 0 ? pop3('pauseNever') : pop3('failures', { n }))}
        onChange={(n) => n !== null && set({ pauseAfterFailures: n })}
      />
      <Select
        label={pop3('method')}
        hint={pop3('methodHint')}
        value={settings.signInMethod}
        options={METHODS.map((value) => ({
          value,
          label: value === 'auto' ? pop3('methodAuto') : value.toUpperCase(),
        }))}
        onChange={(signInMethod) => set({ signInMethod })}
      />
    </>
  );
}
