import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ComposeScreen } from '@/components/composer/compose-screen';
import { pagePrincipal } from '@/lib/auth/authenticate';

export const metadata: Metadata = { title: 'New message' };

/** A message alone on the screen: what `mailto:` links lead to; the address carries the draft's key, so that a reload finds it. */
export default async function ComposePage() {
  if (!(await pagePrincipal())) redirect('/sign-in?next=%2Fcompose');
  return <ComposeScreen />;
}
