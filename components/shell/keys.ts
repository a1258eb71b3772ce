'use client';
/** Keys of page.md §9: single keys and two-key sequences, silent while something is typed. */
import { useEffect, useEffectEvent } from 'react';

/** A sequence must be finished in this time. */
const SEQUENCE_MS = 1_500;
const PREFIXES = new Set(['g', '*', 'i']);

/** false: the key was not meant for it, and does what it does without. */
export type KeyMap = Record<string, (event: KeyboardEvent) => unknown>;

export function useKeys(keys: KeyMap): void {
  const find = useEffectEvent((name: string) => keys[name]);
  useEffect(() => {
    let prefix = '';
    let since = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isTyping(event)) return;
      const name = nameOf(event);
      const sequence = prefix !== '' && event.timeStamp - since < SEQUENCE_MS ? `${prefix} ${name}` : '';
      prefix = '';
      // The second key of a sequence that somebody else listens to is no key of its own.
      const act = find(sequence || name);
      if (act) {
        if (act(event) !== false) event.preventDefault();
      } else if (PREFIXES.has(name)) {
        prefix = name;
        since = event.timeStamp;
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** `j`, `Shift+i`, `Control+k`, `#`, `escape`: in lower case, whatever the layout made of Shift for signs. */
export function nameOf(event: KeyboardEvent): string {
  const letter = event.key.length === 1 && event.key.toLowerCase() !== event.key.toUpperCase();
  const key = event.key.toLowerCase();
  const shift = event.shiftKey && (letter || event.key.length > 1) ? 'Shift+' : '';
  const control = event.ctrlKey || event.metaKey ? 'Control+' : '';
  return `${control}${event.altKey ? 'Alt+' : ''}${shift}${key}`;
}

function isTyping({ target, key }: KeyboardEvent): boolean {
  if (document.querySelector('dialog[open]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="menu"], [popover]')) return true;
  const field =
    target.isContentEditable ||
    target.matches('textarea, select, input:not([type="checkbox"], [type="radio"])');
  return field && key !== 'F6';
}
