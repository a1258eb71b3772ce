/** Heights of page.md §4, in rem so that the browser's text size counts. */
import { useSyncExternalStore } from 'react';
import type { Preferences } from '@/lib/i18n/preferences';

const ROW_REM: Record<Preferences['density'], number> = { dense: 2, normal: 3.5, comfortable: 4.75 };
const PHONE_ROW_REM = 4.75;
export const HEADING_REM = 1.75;

const PHONE = '(max-width: 47.99rem)';

function onChange(told: () => void): () => void {
  const query = window.matchMedia(PHONE);
  query.addEventListener('change', told);
  return () => query.removeEventListener('change', told);
}

const rootSize = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

export const usePhone = (): boolean =>
  useSyncExternalStore(
    onChange,
    () => window.matchMedia(PHONE).matches,
    () => false,
  );

/** CSS px of a row and of a date heading. The server knows no screen: it paints for the desk. */
export function useRowMetrics(density: Preferences['density']): {
  row: number;
  heading: number;
  phone: boolean;
} {
  const phone = usePhone();
  const rem = useSyncExternalStore(onChange, rootSize, () => 16);
  return { row: (phone ? PHONE_ROW_REM : ROW_REM[density]) * rem, heading: HEADING_REM * rem, phone };
}
