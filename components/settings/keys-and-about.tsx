'use client';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { KeysDialog } from '@/components/shell/keys-dialog';
import { Button } from '@/components/ui/button';
import { Section } from './section';

export function KeysAndAbout({ version }: { version: string }) {
  const t = useTranslations('settings');
  const [keys, setKeys] = useState(false);
  return (
    <>
      <Section id="keys" title={t('keys')} hint={t('keysHint')}>
        <div>
          <Button onClick={() => setKeys(true)}>{t('keysShow')}</Button>
        </div>
        {keys && <KeysDialog onClose={() => setKeys(false)} />}
      </Section>
      <Section id="about" title={t('about')}>
        <p className="text-text-2">{t('aboutText', { version })}</p>
      </Section>
    </>
  );
}
