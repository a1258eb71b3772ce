'use client';
/** Tells the server the device's time zone once, so that both write the same times. */
import { useEffect } from 'react';
import { savePreference } from './save-preference';

export function DeviceClock({ known }: { known: string | null }) {
  useEffect(() => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    if (timeZone && timeZone !== known) void savePreference('timeZone', timeZone);
  }, [known]);
  return null;
}
