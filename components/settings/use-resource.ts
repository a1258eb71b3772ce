'use client';
/** One thing of the control plane: read when shown, replaced by what a change answers. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ControlFault, control, faultOf } from '@/lib/client/control/request';

export interface Resource<T> {
  value: T | null;
  fault: ControlFault | null;
  reload: () => void;
  set: (value: T) => void;
}

export function useResource<T>(path: string): Resource<T> {
  return useLoaded<T>(useCallback((signal) => control<T>('GET', path, undefined, signal), [path]));
}

/** `load` must be the same function from one render to the next. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [value, set] = useState<T | null>(null);
  const [fault, setFault] = useState<ControlFault | null>(null);
  const running = useRef<AbortController>(undefined);
  const reload = useCallback(() => {
    running.current?.abort();
    running.current = new AbortController();
    const { signal } = running.current;
    setFault(null);
    load(signal).then(set, (error) => {
      if (!signal.aborted) setFault(faultOf(error));
    });
  }, [load]);
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);
  return { value, fault, reload, set };
}
