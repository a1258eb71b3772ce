'use client';
/** Code that the next click may need comes with the first sign that somebody is there: the list does not wait for it. */
import { useEffect } from 'react';
import { ComposerDock } from '@/components/composer/composer-host';
import { MessageWords } from '@/components/email/email-body';
import { prepareFrame } from '@/components/email/frames';
import { whenIdle } from '@/lib/client/idle';
import { MailDialogs } from './lazy-dialogs';

const SIGNS = ['pointermove', 'pointerdown', 'keydown'];

export function useCodeSoon(): void {
  useEffect(() => {
    const end = new AbortController();
    const { signal } = end;
    const load = () => {
      for (const sign of SIGNS) removeEventListener(sign, load);
      whenIdle(prepareFrame);
      // Whoever needs it meanwhile says that it is missing; here it is enough to try again with the network.
      Promise.all([MessageWords, MailDialogs, ComposerDock].map((code) => code.preload())).catch(() =>
        addEventListener('online', load, { once: true, signal }),
      );
    };
    for (const sign of SIGNS) addEventListener(sign, load, { signal, passive: true });
    return () => end.abort();
  }, []);
}
