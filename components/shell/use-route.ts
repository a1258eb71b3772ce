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
  const shown = useMemo(() => parse(here), [here]);
  const coming = useMemo(() => (shown ? null : parse(routed)), [shown, routed]);
  // The router comes to the same address a moment later: that is no other place, and nothing is rendered for it.
  return shown ?? coming;
}

function parse(href: string): MailRoute | null {
  const [pathname = '', query] = href.split('?');
  return parseRoute(pathname, new URLSearchParams(query));
}

/** In the state of each entry of the history that a step of ours led to: one back from there is ours too. */
const INSIDE = 'gatepostInside';
const isInside = (): boolean => window.history.state?.[INSIDE] === true;

export function go(route: MailRoute, { replace = false }: { replace?: boolean } = {}): void {
  const href = hrefOf(route);
  if (replace) window.history.replaceState({ [INSIDE]: isInside() }, '', href);
  else window.history.pushState({ [INSIDE]: true }, '', href);
  window.dispatchEvent(new Event(CHANGED));
}

/** The system's back where there is one of ours to go back to, else the place's own address: back would leave the page. */
export function goBack(to: MailRoute): void {
  if (isInside()) window.history.back();
  else go(to, { replace: true });
}

/** From 768 px list and mail stand side by side. */
export const hasTwoPanes = (): boolean => window.matchMedia('(min-width: 48rem)').matches;
