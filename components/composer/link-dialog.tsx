'use client';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { TextField } from '@/components/ui/text-field';
import { type Editor, linkAddress } from './squire-editor';

export default function LinkDialog({ editor, onClose }: { editor: Editor; onClose: () => void }) {
  const t = useTranslations();
  const [selection] = useState(() => editor.getSelection());
  const [address, setAddress] = useState('');
  const [wrong, setWrong] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const href = linkAddress(address);
    if (href === null) return setWrong(true);
    onClose();
    // The dialog gives the focus back first.
    requestAnimationFrame(() => {
      editor.focus();
      editor.setSelection(selection);
      editor.makeLink(href);
    });
  };
  return (
    <Dialog
      title={t('composer.link')}
      focus={field}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button look="filled" onClick={submit}>
            {t('composer.insertLink')}
          </Button>
        </>
      }
    >
      <TextField
        ref={field}
        label={t('composer.linkAddress')}
        value={address}
        inputMode="url"
        placeholder="https://"
        error={wrong ? t('composer.badLink') : null}
        onChange={(event) => {
          setAddress(event.target.value);
          setWrong(false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') submit(event);
        }}
      />
    </Dialog>
  );
}
