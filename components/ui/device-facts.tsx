'use client';
/** Tells the server what only the device knows, once: both write the same times, and paint the same rows. */
import { useEffect, useRef } from 'react';
import type { Preferences } from '@/lib/i18n/preferences';
import { savePreference } from './save-preference';
import { usePhone } from './use-phone';

export function DeviceFacts({ known }: { known: Pick<Preferences, 'timeZone' | 'screen'> }) {
  const phone = usePhone(known.screen);
  const told = useRef(known.screen);
  useEffect(() => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    if (timeZone && timeZone !== known.timeZone) void savePreference('timeZone', timeZone);
  }, [known.timeZone]);
  useEffect(() => {
    const screen = phone ? 'phone' : 'desk';
    // A window may be narrow for a while: what counts is what was told last.
    if (screen !== told.current) void savePreference('screen', screen);
    told.current = screen;
  }, [phone]);
  return null;
}
