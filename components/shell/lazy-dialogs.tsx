'use client';
/** The questions of the mail screen come when they are asked first: the list does not carry them. */
import { lazy, Suspense } from 'react';
import { useScreen } from './screen';

const MailDialogs = lazy(() => import('./mail-dialogs').then((module) => ({ default: module.MailDialogs })));

export function LazyDialogs() {
  const { dialog } = useScreen();
  return dialog === null ? null : (
    <Suspense>
      <MailDialogs />
    </Suspense>
  );
}
