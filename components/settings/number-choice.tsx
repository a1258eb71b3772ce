'use client';
/** A number out of the usual ones, and the one in force if another program chose it; perhaps none. */
import { Select } from '@/components/ui/select';

interface NumberChoiceProps {
  label: string;
  hint: string;
  value: number | null;
  usual: number[];
  text: (n: number) => string;
  /** Offered first, where there may be none. */
  none?: string;
  onChange: (value: number | null) => void;
}

const NONE = 'never';

export function NumberChoice({ label, hint, value, usual, text, none, onChange }: NumberChoiceProps) {
  const numbers = [...new Set(value === null ? usual : [...usual, value])].sort((a, b) => a - b);
  return (
    <Select
      label={label}
      hint={hint}
      value={value === null ? NONE : String(value)}
      options={[
        ...(none === undefined ? [] : [{ value: NONE, label: none }]),
        ...numbers.map((n) => ({ value: String(n), label: text(n) })),
      ]}
      onChange={(chosen) => onChange(chosen === NONE ? null : Number(chosen))}
    />
  );
}
