import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { LanguageSwitch } from '@/components/auth/language-switch';
import { safePath } from '@/components/auth/safe-path';
import { SignInForm } from '@/components/auth/sign-in-form';
import { Notice } from '@/components/ui/notice';
import { pagePrincipal } from '@/lib/auth/authenticate';
import { config } from '@/lib/config';
import { translator } from '@/lib/i18n/request';

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('signIn');
  return { title: t('submit') };
}

interface SignInPageProps {
  searchParams: Promise<{ next?: string | string[]; signedOut?: string; expired?: string }>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next, signedOut, expired } = await searchParams;
  const path = safePath(typeof next === 'string' ? next : null);
  if (await pagePrincipal()) redirect(path);
  const t = await translator('signIn');
  const { fixed, demo, mailDomain } = config();
  return (
    <div className="flex min-h-dvh flex-col bg-pane">
      <main className="mx-auto w-full max-w-104 flex-1 px-4 pt-[max(1.5rem,10vh)] pb-6">
        <h1 className="font-semibold text-title">{t('title')}</h1>
        <p className="mt-1 mb-6 text-text-2">{t('intro')}</p>
        {signedOut !== undefined && <Notice className="mb-4 rounded-control bg-bg">{t('signedOut')}</Notice>}
        {expired !== undefined && <Notice className="mb-4 rounded-control bg-bg">{t('expired')}</Notice>}
        <SignInForm rules={{ fixed: fixed !== null, demo, mailDomain }} next={path} />
        <p className="mt-6 text-row text-text-3">{t('privacy')}</p>
      </main>
      <footer className="safe-bottom px-4 py-3">
        <LanguageSwitch />
      </footer>
    </div>
  );
}
