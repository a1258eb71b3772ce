import type { ReactNode } from 'react';

/** A screen that has only this to say: what happened, and one way on. */
export function MessagePage({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-104 flex-col items-start justify-center gap-4 px-4 py-12">
      <h1 className="font-semibold text-title">{title}</h1>
      <p className="text-text-2">{text}</p>
      {children}
    </main>
  );
}
