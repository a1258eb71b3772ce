/** Heights of page.md §4, in rem so that the browser's text size counts. */
import { type CSSProperties, useSyncExternalStore } from 'react';
import { usePhone } from '@/components/ui/use-phone';
import type { Preferences } from '@/lib/i18n/preferences';

const ROW_REM: Record<Preferences['density'], number> = { dense: 2, normal: 3.5, comfortable: 4.75 };
/** The list's style has it too, for what the server paints. */
const PHONE_ROW_REM = 4.75;
const HEADING_REM = 1.75;

const FINGERS = '(pointer: coarse)';

function onFingers(told: () => void): () => void {
  const query = window.matchMedia(FINGERS);
  query.addEventListener('change', told);
  return () => query.removeEventListener('change', told);
}

const rootSize = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
/** Nothing tells that it changed: it is read when the list is rendered. */
const never = () => () => undefined;

/** Fingers, on a screen of any width: nothing hovers there, what is swiped or pressed long acts. */
export const useFingers = (): boolean =>
  useSyncExternalStore(
    onFingers,
    () => window.matchMedia(FINGERS).matches,
    () => false,
  );

/**
 * Where rows stand is the style sheet's to say: the server knows no screen, and what it painted must not move under a finger when
 * the page comes alive.
 */
export const rowStyle = (density: Preferences['density']) =>
  ({ '--row': `${ROW_REM[density]}rem`, '--heading': `${HEADING_REM}rem` }) as CSSProperties;

export const ROW_CLASS = 'max-md:[--row:4.75rem]!';

/** Down to a row, or over all of them. */
export const below = (rows: number, headings: number): string =>
  `calc(var(--row) * ${rows} + var(--heading) * ${headings})`;

/** CSS px of a row and of a date heading. The server takes those of the screen that it knows of, to know how many rows to paint. */
export function useRowMetrics({ density, screen }: Pick<Preferences, 'density' | 'screen'>): {
  row: number;
  heading: number;
  phone: boolean;
} {
  const phone = usePhone(screen);
  const rem = useSyncExternalStore(never, rootSize, () => 16);
  return { row: (phone ? PHONE_ROW_REM : ROW_REM[density]) * rem, heading: HEADING_REM * rem, phone };
}
