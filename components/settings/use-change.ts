'use client';
/** Runs one change at a time and keeps its refusal for the place where it was made. */
import { useState } from 'react';
import { type ControlFault, faultOf } from '@/lib/client/control/request';
import { ConfirmationCanceled, useConfirmed } from './confirm';

export interface Change {
  run: (work: () => Promise<void>) => Promise<void>;
  busy: boolean;
  /** Until the next change. */
  done: boolean;
  fault: ControlFault | null;
}

export function useChange(): Change {
  const confirmed = useConfirmed();
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [fault, setFault] = useState<ControlFault | null>(null);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setDone(false);
    setFault(null);
    try {
      await confirmed(work);
      setDone(true);
    } catch (error) {
      if (!(error instanceof ConfirmationCanceled)) setFault(faultOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, done, fault };
}
