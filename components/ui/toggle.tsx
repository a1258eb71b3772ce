'use client';
/** Native switch and radio group: the whole line is the target, state is told by the platform. */
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './class-names';

interface ToggleProps extends Omit<ComponentProps<'input'>, 'type' | 'onChange'> {
  label: ReactNode;
  hint?: ReactNode;
  onChange: (checked: boolean) => void;
}

const BOX = 'size-4 shrink-0 accent-accent';

/** Its state is the checkbox's own: `aria-checked` must not be written on it (ARIA in HTML). */
const SWITCH = { type: 'checkbox', role: 'switch' } as const;

/** Acts at once, unlike a checkbox in a form that is saved. */
export function Switch({ label, hint, onChange, className, ...input }: ToggleProps) {
  const hintId = useId();
  return (
    <label className={cx('target flex items-center justify-between gap-4 py-1 text-ui', className)}>
      <ToggleText label={label} hint={hint} hintId={hintId} />
      <input
        {...input}
        {...SWITCH}
        data-edge=""
        aria-describedby={hint ? hintId : undefined}
        onChange={(event) => onChange(event.target.checked)}
        className={cx(
          'relative h-5 w-9 shrink-0 appearance-none rounded-full border border-control bg-bg transition-colors',
          'before:absolute before:start-0.5 before:top-1/2 before:size-3.5 before:-translate-y-1/2 before:rounded-full before:bg-control',
          'checked:border-accent checked:bg-accent checked:before:start-auto checked:before:end-0.5 checked:before:bg-on-accent',
          'forced-colors:appearance-auto forced-colors:before:hidden',
        )}
      />
    </label>
  );
}

interface RadioGroupProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; hint?: ReactNode }[];
  onChange: (value: T) => void;
  /** Side by side where there is room. */
  inline?: boolean;
}

export function RadioGroup<T extends string>({
  label,
  value,
  options,
  onChange,
  inline,
}: RadioGroupProps<T>) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-text-2 text-ui">{label}</legend>
      <div className={cx('flex', inline ? 'flex-wrap gap-x-6' : 'flex-col')}>
        {options.map((option) => (
          <label key={option.value} className="target flex items-center gap-3 py-1 text-ui">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              aria-describedby={option.hint ? `${name}-${option.value}` : undefined}
              onChange={() => onChange(option.value)}
              className={BOX}
            />
            <ToggleText label={option.label} hint={option.hint} hintId={`${name}-${option.value}`} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function ToggleText({ label, hint, hintId }: { label: ReactNode; hint?: ReactNode; hintId: string }) {
  return (
    <span>
      {label}
      {hint && (
        <span id={hintId} className="block text-row text-text-3">
          {hint}
        </span>
      )}
    </span>
  );
}
