'use client';
import { useFormatter } from 'use-intl';

const STEPS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** `106 KB`, in the reader's language. */
export function useFileSize(): (bytes: number) => string {
  const format = useFormatter();
  return (bytes) => {
    const step = Math.min(STEPS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
    const value = bytes / 1000 ** step;
    return format.number(value, {
      style: 'unit',
      unit: STEPS[step],
      unitDisplay: step === 0 ? 'long' : 'short',
      maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
    });
  };
}
