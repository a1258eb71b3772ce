/** The frame of a settings screen: a bar that leads back, one main part, text of a readable width. */
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';

interface SettingsPageProps {
  back: string;
  backLabel: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function SettingsPage({ back, backLabel, aside, children }: SettingsPageProps) {
  return (
    <div className="min-h-dvh bg-bg">
      <header className="sticky top-0 z-sticky flex h-12 items-center border-line border-b bg-pane px-2 short:static">
        <Link
          href={back}
          className="target inline-flex items-center gap-2 rounded-control px-2 text-text-2 no-underline hover:bg-hover hover:text-text"
        >
          <ArrowLeft size={20} strokeWidth={1.75} aria-hidden="true" className="mirror" />
          {backLabel}
        </Link>
      </header>
      <div className="safe-inline mx-auto max-w-256 gap-12 py-6 lg:flex">
        {aside}
        <main className="min-w-0 max-w-160 flex-1">{children}</main>
      </div>
    </div>
  );
}
