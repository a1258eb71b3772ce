import type { ReactNode } from 'react';
import { LanguageSwitch } from '@/components/auth/language-switch';
import { Translated } from '@/lib/i18n/translated';

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <Translated sections={['signIn', 'ui', 'error']}>
      <div className="flex min-h-dvh flex-col bg-pane">
        <main className="mx-auto w-full max-w-104 flex-1 px-4 pt-[max(1.5rem,10vh)] pb-6">{children}</main>
        <footer className="safe-bottom px-4 py-3">
          <LanguageSwitch />
        </footer>
      </div>
    </Translated>
  );
}
