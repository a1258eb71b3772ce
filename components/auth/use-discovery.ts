'use client';
/** Looks for the servers of an address while the password is still being typed; the answer is shown before anything is sent. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { faultOf } from '@/lib/client/control/request';
import { discover } from '@/lib/client/control/sign-in';
import type { Discovery } from '@/lib/client/control/types';
import { domainOf } from './address';

/** A person who stops this long has finished the word. */
const SETTLE_MS = 600;

interface Search {
  address: string;
  answer: Promise<Discovery>;
  end: AbortController;
}

export function useDiscovery() {
  const [found, setFound] = useState<Discovery | null>(null);
  const search = useRef<Search>(undefined);
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);

  /** One search an address, however often it is asked for. */
  const find = useCallback((address: string): Promise<Discovery> => {
    clearTimeout(settle.current);
    if (search.current?.address === address) return search.current.answer;
    search.current?.end.abort();
    const end = new AbortController();
    const answer = discover(address, end.signal);
    search.current = { address, answer, end };
    answer.then(setFound, () => {
      // A failed search is made again when the form is sent, and told then.
      if (search.current?.end === end) search.current = undefined;
    });
    return answer;
  }, []);

  const look = useCallback(
    (address: string) => {
      clearTimeout(settle.current);
      setFound((last) => (last?.address === address ? last : null));
      if (domainOf(address)) settle.current = setTimeout(() => find(address).catch(faultOf), SETTLE_MS);
    },
    [find],
  );

  useEffect(
    () => () => {
      clearTimeout(settle.current);
      search.current?.end.abort();
    },
    [],
  );
  return { found, find, look };
}
