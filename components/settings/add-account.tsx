'use client';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { MailboxForm } from '@/components/auth/mailbox-form';
import { control } from '@/lib/client/control/request';
import type { SignInRules } from '@/lib/client/control/types';
import { useConfirmed } from './confirm';

export function AddAccount({ rules }: { rules: Pick<SignInRules, 'fixed' | 'mailDomain'> }) {
  const t = useTranslations('settings.account');
  const router = useRouter();
  const confirmed = useConfirmed();
  return (
    <MailboxForm
      rules={rules}
      submitLabel={t('add')}
      autoComplete={false}
      check={(login, signal) => confirmed(() => control('POST', '/api/accounts', login, signal))}
      onDone={() => {
        router.replace('/settings');
        router.refresh();
      }}
    />
  );
}
