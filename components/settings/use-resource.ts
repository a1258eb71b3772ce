'use client';
/** One thing of the control plane: read when shown, replaced by what a change answers. */
import { useCallback, useEffect, useState } from 'react';
import { type ControlFault, control, faultOf } from '@/lib/client/control/request';

export interface Resource<T> {
  value: T | null;
  fault: ControlFault | null;
  reload: () => void;
  set: (value: T) => void;
}

export function useResource<T>(path: string): Resource<T> {
  const [value, set] = useState<T | null>(null);
  const [fault, setFault] = useState<ControlFault | null>(null);
  const load = useCallback(
    (signal?: AbortSignal) => {
      setFault(null);
      control<T>('GET', path, undefined, signal).then(set, (error) => {
        if (!signal?.aborted) setFault(faultOf(error));
      });
    },
    [path],
  );
  useEffect(() => {
    const end = new AbortController();
    load(end.signal);
    return () => end.abort();
  }, [load]);
  return { value, fault, reload: useCallback(() => load(), [load]), set };
}
