'use client';
/** The signature: plain words, or formatted text where that is wanted. */
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { onDemand } from '@/components/ui/on-demand';
import { TextArea } from '@/components/ui/text-field';
import { htmlOfSignature } from './identity-calls';
import type { Signature } from './signature-editor';

const SignatureEditor = onDemand(
  () => import('./signature-editor').then((module) => module.default),
  <div className="min-h-32" />,
);

interface Props {
  value: Signature;
  onChange: (value: Signature) => void;
}

export function SignatureField({ value, onChange }: Props) {
  const t = useTranslations('settings.identity');
  const [rich, setRich] = useState(value.html !== '' && value.html !== htmlOfSignature(value.text));
  const area = useRef<HTMLTextAreaElement>(null);
  // Whoever came for the signature writes at once, in the first one.
  useEffect(() => {
    const first = document.querySelector('textarea');
    if (window.location.hash === '#signature' && first === area.current) area.current?.focus();
  }, []);
  const toPlain = () => {
    setRich(false);
    onChange({ text: value.text, html: htmlOfSignature(value.text) });
  };
  return (
    <div className="flex flex-col gap-2">
      {rich ? (
        <>
          <span aria-hidden="true" className="font-medium text-ui">
            {t('signature')}
          </span>
          <SignatureEditor label={t('signature')} html={value.html} onChange={onChange} />
        </>
      ) : (
        <TextArea
          ref={area}
          label={t('signature')}
          hint={t('signatureHint')}
          value={value.text}
          maxLength={10_000}
          rows={3}
          onChange={({ target }) => onChange({ text: target.value, html: htmlOfSignature(target.value) })}
        />
      )}
      <div>
        <Button look="plain" onClick={rich ? toPlain : () => setRich(true)}>
          {rich ? t('plainSignature') : t('richSignature')}
        </Button>
      </div>
    </div>
  );
}
