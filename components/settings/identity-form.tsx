'use client';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { TextArea, TextField } from '@/components/ui/text-field';
import type { Identity } from '@/lib/jmap/types';
import { ChangeResult } from './change-result';
import { htmlOfSignature } from './identity-calls';
import { useChange } from './use-change';

interface IdentityFormProps {
  identity: Identity;
  onSave: (part: { name: string; textSignature: string }) => Promise<void>;
  onRemove?: () => Promise<void>;
}

export function IdentityForm({ identity, onSave, onRemove }: IdentityFormProps) {
  const t = useTranslations('settings.identity');
  const ui = useTranslations('ui');
  const change = useChange();
  const [name, setName] = useState(identity.name);
  const [signature, setSignature] = useState(identity.textSignature);
  const area = useRef<HTMLTextAreaElement>(null);
  // Whoever came for the signature writes at once, in the first one.
  useEffect(() => {
    const first = document.querySelector('textarea');
    if (window.location.hash === '#signature' && first === area.current) area.current?.focus();
  }, []);
  const foreign =
    identity.htmlSignature !== '' && identity.htmlSignature !== htmlOfSignature(identity.textSignature);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void change.run(() => onSave({ name: name.trim(), textSignature: signature }));
  };
  return (
    <form
      onSubmit={submit}
      aria-label={identity.email}
      data-edge=""
      className="flex flex-col gap-3 rounded-control border border-line p-4"
    >
      <p className="break-all font-medium">{identity.email}</p>
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={name}
        autoComplete="name"
        maxLength={200}
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        ref={area}
        label={t('signature')}
        hint={foreign ? t('replaces') : t('signatureHint')}
        value={signature}
        maxLength={10_000}
        rows={3}
        onChange={(event) => setSignature(event.target.value)}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={change.busy}>
          {ui('save')}
        </Button>
        {onRemove && (
          <Button
            look="danger"
            aria-label={t('removeNamed', { email: identity.email })}
            busy={change.busy}
            onClick={() => void change.run(onRemove)}
          >
            {t('remove')}
          </Button>
        )}
      </div>
      <ChangeResult change={change} />
    </form>
  );
}
