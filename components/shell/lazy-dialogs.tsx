'use client';
/** The questions of the mail screen come when they are asked first: the list does not carry them. */
import { onDemand } from '@/components/ui/on-demand';
import { useScreen } from './screen';

export const MailDialogs = onDemand(() => import('./mail-dialogs').then((module) => module.MailDialogs));

export function LazyDialogs() {
  const { dialog } = useScreen();
  return dialog === null ? null : <MailDialogs />;
}
