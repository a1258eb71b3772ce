import type { Metadata } from 'next';
import { safePath } from '@/components/auth/safe-path';
import { SignInForm } from '@/components/auth/sign-in-form';
import { Notice } from '@/components/ui/notice';
import { config } from '@/lib/config';
import { translator } from '@/lib/i18n/request';

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('signIn');
  return { title: t('submit') };
}

interface SignInPageProps {
  searchParams: Promise<{ next?: string | string[]; reason?: string | string[] }>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next, reason } = await searchParams;
  const path = safePath(typeof next === 'string' ? next : null);
  const t = await translator('signIn');
  const { fixed, demo, mailDomain } = config();
  return (
    <>
      <h1 className="font-semibold text-title">{t('title')}</h1>
      <p className="mt-1 mb-6 text-text-2">{t('intro')}</p>
      {(reason === 'expired' || reason === 'signedOut') && (
        <Notice className="mb-4 rounded-control">{t(reason)}</Notice>
      )}
      <SignInForm rules={{ fixed: fixed !== null, demo, mailDomain }} next={path} />
      <p className="mt-6 text-row text-text-3">{t('privacy')}</p>
    </>
  );
}
