'use client';
/** The one moment in which an app password can be read. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { NewAppPassword } from '@/lib/client/control/types';

export function NewPasswordDialog({ made, onClose }: { made: NewAppPassword; onClose: () => void }) {
  const t = useTranslations('settings.app');
  const ui = useTranslations('ui');
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(made.password);
    setCopied(true);
  };
  return (
    <Dialog
      title={t('onceTitle', { name: made.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={() => void copy()}>{copied ? ui('copied') : t('copyPassword')}</Button>
          <Button look="filled" onClick={onClose}>
            {ui('close')}
          </Button>
        </>
      }
    >
      <p className="mb-3 text-text-2">{t('once')}</p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
        <Line term={t('server')} text={location.origin} />
        <Line term={t('user')} text={made.username} />
        <Line term={t('password')} text={made.password} />
      </dl>
      <p role="status" className="sr-only">
        {copied ? ui('copied') : ''}
      </p>
    </Dialog>
  );
}

function Line({ term, text }: { term: string; text: string }) {
  return (
    <>
      <dt className="text-text-3">{term}</dt>
      <dd className="select-all break-all font-mono">{text}</dd>
    </>
  );
}
