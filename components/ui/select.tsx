'use client';
/** The platform's own list: right on phones, by keyboard and for screen readers. */
import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './class-names';
import { CONTROL_CLASS, Field, type FieldProps } from './field';

export interface Option<T extends string> {
  value: T;
  label: string;
  disabled?: boolean;
}

type SelectProps<T extends string> = FieldProps &
  Omit<ComponentProps<'select'>, 'id' | 'value' | 'onChange'> & {
    value: T;
    options: readonly Option<T>[];
    onChange: (value: T) => void;
  };

export function Select<T extends string>({
  label,
  hint,
  error,
  value,
  options,
  onChange,
  className,
  ...rest
}: SelectProps<T>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <span className="relative flex">
          <select
            {...rest}
            {...control}
            value={value}
            data-edge=""
            onChange={(event) => {
              const chosen = options.find((option) => option.value === event.target.value);
              if (chosen) onChange(chosen.value);
            }}
            className={cx(CONTROL_CLASS, 'appearance-none text-ellipsis pe-8', className)}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.disabled}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown
            size={16}
            strokeWidth={1.75}
            aria-hidden="true"
            className="pointer-events-none absolute end-3 top-1/2 -translate-y-1/2 text-text-2"
          />
        </span>
      )}
    </Field>
  );
}
