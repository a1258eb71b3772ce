'use client';
/**
 * The mail screens' place in the URL. Going from mail to mail asks the server for no page (what is shown comes by JMAP) and does not
 * wait for the router's transition either: the address is read where it changes.
 */
import { usePathname, useSearchParams } from 'next/navigation';
import { useMemo, useSyncExternalStore } from 'react';
import { hrefOf, type MailRoute, parseRoute } from '@/lib/client/route';

const CHANGED = 'gatepost-route';

function subscribe(told: () => void): () => void {
  window.addEventListener('popstate', told);
  window.addEventListener(CHANGED, told);
  return () => {
    window.removeEventListener('popstate', told);
    window.removeEventListener(CHANGED, told);
  };
}

const address = () => window.location.pathname + window.location.search;

export function useRoute(): MailRoute | null {
  // Coming from another screen, the router knows the new address before the window shows it.
  const routed = `${usePathname()}?${useSearchParams()}`;
  const here = useSyncExternalStore(subscribe, address, () => routed);
  return useMemo(() => parse(here) ?? parse(routed), [here, routed]);
}

function parse(href: string): MailRoute | null {
  const [pathname = '', query] = href.split('?');
  return parseRoute(pathname, new URLSearchParams(query));
}

export function go(route: MailRoute, { replace = false }: { replace?: boolean } = {}): void {
  const href = hrefOf(route);
  if (replace) window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
  window.dispatchEvent(new Event(CHANGED));
}

/** Set by the first step inwards: before it, back would leave the page. */
const ENTERED = 'gatepost-entered';

export function goInto(route: MailRoute): void {
  sessionStorage.setItem(ENTERED, '1');
  go(route);
}

/** The system's back where there is one of ours to go back to, else the list's own address. */
export function goBack(to: MailRoute): void {
  if (sessionStorage.getItem(ENTERED) !== null) window.history.back();
  else go(to, { replace: true });
}

/** From 768 px list and mail stand side by side. */
export const hasTwoPanes = (): boolean => window.matchMedia('(min-width: 48rem)').matches;
