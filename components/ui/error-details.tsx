'use client';
/** The server's own words: folded, inert text, with a button that copies them for whoever can help. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button';
import { Disclosure } from './disclosure';

export function ErrorDetails({ code, serverText }: { code?: string | null; serverText?: string | null }) {
  const t = useTranslations('ui');
  const [copied, setCopied] = useState(false);
  if (!code && !serverText) return null;
  const text = [code && t('code', { code }), serverText].filter(Boolean).join('\n');
  return (
    <Disclosure label={t('details')}>
      {serverText && <p>{t('serverSaid')}</p>}
      <pre className="max-h-48 overflow-auto whitespace-pre-wrap break-words rounded-control bg-pane p-2 font-mono text-meta text-text">
        {text}
      </pre>
      <Button
        look="plain"
        onClick={async () => {
          await navigator.clipboard.writeText(text);
          setCopied(true);
        }}
      >
        {copied ? t('copied') : t('copy')}
      </Button>
      <span role="status" className="sr-only">
        {copied ? t('copied') : ''}
      </span>
    </Disclosure>
  );
}
