'use client';
/** The steps between the button and the mailbox: look for the servers, confirm what is new, check the password there. */
import { useEffect, useRef, useState } from 'react';
import { type ControlFault, faultOf } from '@/lib/client/control/request';
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

export interface Login {
  address: string;
  password: string;
  /** By hand, remembered or confirmed; without them the server decides. */
  servers?: Servers;
}

interface Options<T> {
  fixed: boolean;
  /** Signs in, or adds the account. */
  check: (login: Login, signal: AbortSignal) => Promise<T>;
  find: (address: string) => Promise<Discovery>;
  onDone: (checked: T) => void;
}

export function useSignIn<T>({ fixed, find, check, onDone }: Options<T>) {
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

  const checkLogin = async (login: Login, host: string, signal: AbortSignal) => {
    setPhase({ name: 'checking', host });
    const checked = await check(login, signal);
    if (login.servers) rememberServers(login.address, login.servers);
    onDone(checked);
  };

  const checkAt = (
    { address, password }: Login,
    { kind, incoming, outgoing }: Servers,
    signal: AbortSignal,
  ) => checkLogin({ address, password, servers: { kind, incoming, outgoing } }, incoming.host, signal);

  const submit = (login: Login) =>
    run(async (signal) => {
      if (fixed)
        return checkLogin({ address: login.address, password: login.password }, location.hostname, signal);
      const servers = login.servers ?? knownServers(login.address);
      if (servers) return checkAt(login, servers, signal);
      const domain = domainOf(login.address) ?? login.address;
      setPhase({ name: 'looking', domain });
      const [best] = (await find(login.address)).servers;
      if (signal.aborted) return;
      if (!best) return setPhase({ name: 'notFound', domain });
      if (!best.confirmed) return setPhase({ name: 'confirm', servers: best });
      return checkAt(login, best, signal);
    });

  return {
    phase,
    submit,
    confirm: (login: Login, servers: FoundServers) => run((signal) => checkAt(login, servers, signal)),
    /** Another server after all. */
    forget: (address: string) => forgetServers(address),
    cancel: () => {
      running.current?.abort();
      setPhase({ name: 'idle' });
    },
  };
}
