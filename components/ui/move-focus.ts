/** Arrow keys, Home, End and first letters inside a list of focusable things. */
import type { KeyboardEvent } from 'react';

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** True when the key was for us. */
export function moveFocus(event: KeyboardEvent, list: HTMLElement, selector: string): boolean {
  const items = [...list.querySelectorAll<HTMLElement>(selector)];
  const current = items.indexOf(document.activeElement as HTMLElement);
  const next = nextIndex(
    event.key,
    items.map((item) => item.textContent ?? ''),
    current,
  );
  if (next === null || event.ctrlKey || event.metaKey || event.altKey) return false;
  event.preventDefault();
  event.stopPropagation();
  items[next]?.focus();
  return true;
}

/** Where the focus goes; null when the key means nothing here. */
export function nextIndex(key: string, labels: string[], current: number): number | null {
  const count = labels.length;
  if (count === 0) return null;
  const step = STEPS[key];
  if (step !== undefined) return current < 0 ? (step > 0 ? 0 : count - 1) : (current + step + count) % count;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (key.length !== 1 || key === ' ') return null;
  const letter = key.toLocaleLowerCase();
  for (let offset = 1; offset <= count; offset++) {
    const index = (Math.max(current, -1) + offset) % count;
    if (labels[index]?.trim().toLocaleLowerCase().startsWith(letter)) return index;
  }
  return null;
}
