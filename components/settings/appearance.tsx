'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { savePreference } from '@/components/ui/save-preference';
import { Select } from '@/components/ui/select';
import { control } from '@/lib/client/control/request';
import type { UserSettingsPatch } from '@/lib/client/control/types';
import { LOCALE_NAMES, type Locale } from '@/lib/i18n/locales';
import type { Preferences } from '@/lib/i18n/preferences';
import { ChangeResult } from './change-result';
import { Section } from './section';
import { useChange } from './use-change';

export function Appearance({ preferences }: { preferences: Preferences }) {
  const t = useTranslations('settings');
  const router = useRouter();
  const change = useChange();
  const [now, setNow] = useState(preferences);

  /** On this device at once; at the server for the next device. */
  const choose = <K extends keyof Preferences>(key: K, value: Preferences[K], patch?: UserSettingsPatch) => {
    setNow((was) => ({ ...was, [key]: value }));
    void change.run(async () => {
      await savePreference(key, value);
      if (key === 'locale' || key === 'density' || key === 'readingPane') router.refresh();
      if (patch) await control('PATCH', '/api/settings', patch);
    });
  };
  const language = now.locale ?? 'system';

  return (
    <Section id="appearance" title={t('appearance')} hint={t('look.hint')}>
      <div className="grid gap-4 md:grid-cols-2">
        <Select
          label={t('look.theme')}
          value={now.theme}
          options={[
            { value: 'system', label: t('look.themeSystem') },
            { value: 'light', label: t('look.themeLight') },
            { value: 'dark', label: t('look.themeDark') },
          ]}
          onChange={(theme) => choose('theme', theme, { theme })}
        />
        <Select
          label={t('look.contrast')}
          value={now.contrast}
          options={[
            { value: 'system', label: t('look.contrastSystem') },
            { value: 'high', label: t('look.contrastHigh') },
          ]}
          onChange={(contrast) => choose('contrast', contrast, { contrast })}
        />
        <Select
          label={t('look.density')}
          value={now.density}
          options={[
            { value: 'dense', label: t('look.densityDense') },
            { value: 'normal', label: t('look.densityNormal') },
            { value: 'comfortable', label: t('look.densityComfortable') },
          ]}
          onChange={(density) => choose('density', density, { density })}
        />
        <Select
          label={t('look.pane')}
          value={now.readingPane}
          options={[
            { value: 'right', label: t('look.paneRight') },
            { value: 'below', label: t('look.paneBelow') },
            { value: 'off', label: t('look.paneOff') },
          ]}
          onChange={(readingPane) => choose('readingPane', readingPane)}
        />
        <Select<Locale | 'system'>
          label={t('look.language')}
          value={language}
          options={[
            { value: 'system', label: t('look.languageSystem') },
            { value: 'en', label: LOCALE_NAMES.en },
            { value: 'ru', label: LOCALE_NAMES.ru },
          ]}
          onChange={(value) => {
            const locale = value === 'system' ? null : value;
            choose('locale', locale, { language: locale });
          }}
        />
      </div>
      <ChangeResult change={change} />
    </Section>
  );
}
