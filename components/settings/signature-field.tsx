'use client';
/** The signature: plain words, or formatted text where that is wanted. */
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { cleaners } from '@/components/composer/cleaners';
import { Button } from '@/components/ui/button';
import { onDemand } from '@/components/ui/on-demand';
import { TextArea } from '@/components/ui/text-field';
import { htmlOfSignature } from './identity-calls';
import type { Signature } from './signature-editor';

const SignatureEditor = onDemand(
  async () => {
    const [module] = await Promise.all([import('./signature-editor'), cleaners()]);
    return module.default;
  },
  <div className="min-h-32" />,
);

interface Props {
  value: Signature;
  onChange: (value: Signature) => void;
}

export function SignatureField({ value, onChange }: Props) {
  const t = useTranslations('settings.identity');
  const [rich, setRich] = useState(value.html !== '' && value.html !== htmlOfSignature(value.text));
  const [formatted, setFormatted] = useState(false);
  const [coming, setComing] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  // Whoever came for the signature writes at once, in the first one.
  useEffect(() => {
    const first = document.querySelector('textarea');
    if (window.location.hash === '#signature' && first === area.current) area.current?.focus();
  }, []);
  /** The plain field takes what is typed until the editor is there; a code that cannot be fetched is told in its place. */
  const toRich = () => {
    const come = () => {
      setComing(false);
      setFormatted(true);
      setRich(true);
    };
    setComing(true);
    SignatureEditor.preload().then(come, come);
  };
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
          <SignatureEditor label={t('signature')} html={value.html} focus={formatted} onChange={onChange} />
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
        <Button look="plain" busy={coming} onClick={rich ? toPlain : toRich}>
          {rich ? t('plainSignature') : t('richSignature')}
        </Button>
      </div>
    </div>
  );
}
