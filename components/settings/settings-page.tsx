/** The frame of a settings screen: a bar that leads back, one main part, text of a readable width. */
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { cx } from '@/components/ui/class-names';

interface SettingsPageProps {
  back: string;
  backLabel: string;
  title: string;
  hint?: string;
  /** Jumps to the parts: under the title on the phone, beside everything on the desk. */
  aside?: ReactNode;
  children: ReactNode;
}

export function SettingsPage({ back, backLabel, title, hint, aside, children }: SettingsPageProps) {
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
      <main
        className={cx(
          'safe-inline mx-auto py-6 lg:grid lg:gap-x-12',
          aside ? 'max-w-256 lg:grid-cols-[14rem_minmax(0,40rem)]' : 'max-w-160',
        )}
      >
        <h1 className={cx('break-words font-semibold text-title', aside ? 'lg:col-start-2' : null)}>
          {title}
        </h1>
        {hint && <p className="mt-1 text-text-2">{hint}</p>}
        {aside && <div className="mt-4 lg:col-start-1 lg:row-span-2 lg:row-start-1 lg:mt-0">{aside}</div>}
        <div className={cx('mt-6', aside ? 'lg:col-start-2' : null)}>{children}</div>
      </main>
    </div>
  );
}
