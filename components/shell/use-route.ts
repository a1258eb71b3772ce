'use client';
/** The mail screens' place in the URL. Going from mail to mail asks the server for no page: what is shown comes by JMAP. */
import { usePathname, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { hrefOf, type MailRoute, parseRoute } from '@/lib/client/route';

export function useRoute(): MailRoute | null {
  const pathname = usePathname();
  const params = useSearchParams();
  return useMemo(() => parseRoute(pathname, new URLSearchParams(params)), [pathname, params]);
}

export function go(route: MailRoute, { replace = false }: { replace?: boolean } = {}): void {
  const href = hrefOf(route);
  if (replace) window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
}

/** The system's back where there is one of ours to go back to, else the list's own address. */
export function goBack(to: MailRoute): void {
  if (window.history.length > 1 && sessionStorage.getItem(ENTERED) !== null) window.history.back();
  else go(to, { replace: true });
}

/** Set by the first push: before it, back would leave the page. */
const ENTERED = 'gatepost-entered';

export function goInto(route: MailRoute): void {
  sessionStorage.setItem(ENTERED, '1');
  go(route);
}

/** From 768 px list and mail stand side by side. */
export const hasTwoPanes = (): boolean => window.matchMedia('(min-width: 48rem)').matches;
