import type { ReactNode } from 'react';
import { LanguageSwitch } from '@/components/auth/language-switch';

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col bg-pane">
      <main className="mx-auto w-full max-w-104 flex-1 px-4 pt-[max(1.5rem,10vh)] pb-6">{children}</main>
      <footer className="safe-bottom px-4 py-3">
        <LanguageSwitch />
      </footer>
    </div>
  );
}
