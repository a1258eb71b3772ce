'use client';
import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { useTranslations } from 'use-intl';
import { CONTROL_CLASS, Field, type FieldProps } from './field';
import { IconButton } from './icon-button';

type PasswordFieldProps = FieldProps & Omit<ComponentProps<'input'>, 'id' | 'type'>;

export function PasswordField({ label, hint, error, ...input }: PasswordFieldProps) {
  const t = useTranslations('ui');
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <span className="relative flex">
          <input
            {...input}
            {...control}
            type={shown ? 'text' : 'password'}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            data-edge=""
            className={`${CONTROL_CLASS} pe-11`}
          />
          <span className="absolute inset-y-0 end-0 flex items-center">
            <IconButton
              icon={shown ? EyeOff : Eye}
              label={shown ? t('hidePassword') : t('showPassword')}
              onClick={() => setShown(!shown)}
            />
          </span>
        </span>
      )}
    </Field>
  );
}
