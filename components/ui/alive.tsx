'use client';
/** The page listens from here on: first to what was done before (components/ui/early-acts), in its order. */
import { useEffect } from 'react';

interface EarlyAct {
  event: Event;
  /** From the target outwards: rendering may have replaced the innermost. */
  path: EventTarget[];
  /** Of a field, when it was typed. */
  value: string | undefined;
}

declare global {
  interface Window {
    earlyActs?: {
      acts: EarlyAct[];
      end(): void;
      /** A click that is done again submits its form: that is not kept a second time. */
      repeats: boolean;
    };
  }
}

/** Stands last in the page: what is before it is alive when its effect runs. */
export function Alive() {
  useEffect(() => void takeUp(), []);
  return null;
}

async function takeUp(): Promise<void> {
  const early = window.earlyActs;
  if (!early) return;
  window.earlyActs = undefined;
  const { acts } = early;
  // What hydrates in a second step, as the phone's rows do, comes first; and each act sees what the one before it made.
  do {
    await nextTask();
    const act = acts.shift();
    early.repeats = true;
    if (act) repeat(act);
    early.repeats = false;
  } while (acts.length > 0);
  early.end();
  document.documentElement.dataset.alive = '';
}

const nextTask = () => new Promise((resolve) => setTimeout(resolve));

function repeat({ event, path, value = '' }: EarlyAct): void {
  const target = path.find((one) => one instanceof HTMLElement && one.isConnected) as HTMLElement | undefined;
  if (!target) return;
  if (event instanceof MouseEvent) target.dispatchEvent(new MouseEvent(event.type, event));
  else if (event instanceof KeyboardEvent) press(event, target);
  else if (event.type === 'submit') (target as HTMLFormElement).requestSubmit();
  else retype(target as Field, value, event.type);
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** After `/` comes what is looked for: letters that follow a key into a field are words, and no commands. */
function press(event: KeyboardEvent, target: HTMLElement): void {
  const focused = document.activeElement;
  const typed = event.key.length === 1;
  if (focused instanceof HTMLInputElement && typed) retype(focused, focused.value + event.key, 'input');
  else target.dispatchEvent(new KeyboardEvent(event.type, event));
}

/** React hears of a field only what differs from what it knows: it is told of an empty one, then of the words. */
function retype(field: Field, value: string, type: string): void {
  field.value = '';
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event(type, { bubbles: true }));
}
