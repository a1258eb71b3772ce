'use client';
import type { ComponentProps } from 'react';
import { cx } from './class-names';
import { CONTROL_CLASS, Field, type FieldProps } from './field';

type TextFieldProps = FieldProps & Omit<ComponentProps<'input'>, 'id'>;

export function TextField({ label, hint, error, className, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <input {...input} {...control} data-edge="" className={cx(CONTROL_CLASS, className)} />}
    </Field>
  );
}

type TextAreaProps = FieldProps & Omit<ComponentProps<'textarea'>, 'id'>;

export function TextArea({ label, hint, error, className, ...area }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <textarea
          {...area}
          {...control}
          data-edge=""
          className={cx(CONTROL_CLASS, 'min-h-24 py-2', className)}
        />
      )}
    </Field>
  );
}
