'use client';
/** The steps between the button and the mailbox: look, confirm what is new, check, take the session. */
import { useEffect, useRef, useState } from 'react';
import { type ControlFault, faultOf } from '@/lib/client/control/request';
import { type Credentials, signIn } from '@/lib/client/control/sign-in';
import type { Discovery, FoundServers, Servers } from '@/lib/client/control/types';
import { domainOf } from './address';
import { forgetServers, knownServers, rememberServers } from './known-servers';

export type Phase =
  | { name: 'idle' }
  | { name: 'looking'; domain: string }
  | { name: 'checking'; host: string }
  | { name: 'confirm'; servers: FoundServers }
  | { name: 'notFound'; domain: string }
  | { name: 'failed'; fault: ControlFault };

export interface Wish {
  address: string;
  password: string;
  /** Typed by hand: no search. */
  servers?: Servers;
}

interface Options {
  fixed: boolean;
  find: (address: string) => Promise<Discovery>;
  onDone: () => void;
}

export function useSignIn({ fixed, find, onDone }: Options) {
  const [phase, setPhase] = useState<Phase>({ name: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (work: (signal: AbortSignal) => Promise<void>) => {
    running.current?.abort();
    running.current = new AbortController();
    const { signal } = running.current;
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) setPhase({ name: 'failed', fault: faultOf(error) });
    }
  };

  const check = async (credentials: Credentials, host: string, signal: AbortSignal) => {
    setPhase({ name: 'checking', host });
    await signIn(credentials, signal);
    if ('address' in credentials && credentials.servers)
      rememberServers(credentials.address, credentials.servers);
    onDone();
  };

  const checkAt = ({ address, password }: Wish, { kind, incoming, outgoing }: Servers, signal: AbortSignal) =>
    check({ address, password, servers: { kind, incoming, outgoing } }, incoming.host, signal);

  const submit = (wish: Wish) =>
    run(async (signal) => {
      if (fixed) return check({ address: wish.address, password: wish.password }, location.hostname, signal);
      const servers = wish.servers ?? knownServers(wish.address);
      if (servers) return checkAt(wish, servers, signal);
      const domain = domainOf(wish.address) ?? wish.address;
      setPhase({ name: 'looking', domain });
      const [best] = (await find(wish.address)).servers;
      if (signal.aborted) return;
      if (!best) return setPhase({ name: 'notFound', domain });
      if (!best.confirmed) return setPhase({ name: 'confirm', servers: best });
      return checkAt(wish, best, signal);
    });

  return {
    phase,
    submit,
    confirm: (wish: Wish, servers: FoundServers) => run((signal) => checkAt(wish, servers, signal)),
    tryDemo: () => run((signal) => check({ demo: true }, location.hostname, signal)),
    /** Another server after all. */
    forget: (address: string) => forgetServers(address),
    cancel: () => {
      running.current?.abort();
      setPhase({ name: 'idle' });
    },
  };
}
