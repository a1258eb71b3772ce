'use client';
import { useTranslations } from 'use-intl';
import { faultOf } from '@/lib/client/control/request';
import { signIn } from '@/lib/client/control/sign-in';
import type { SignInRules } from '@/lib/client/control/types';
import { DemoButton } from './demo-button';
import { MailboxForm } from './mailbox-form';
import { takeOverLooks } from './take-over-looks';

interface SignInFormProps {
  rules: SignInRules;
  /** A path of our own, already checked. */
  next: string;
}

export function SignInForm({ rules, next }: SignInFormProps) {
  const t = useTranslations('signIn');
  // A new document: nothing of the visitor before is left in it, and its first paint holds the mail.
  const enter = () => window.location.replace(next);
  return (
    <>
      <MailboxForm
        rules={rules}
        submitLabel={t('submit')}
        autoComplete
        check={async (login, signal) => {
          await signIn(login, signal);
          // Looks are not worth a failed sign-in: without them the page starts as the system is.
          await takeOverLooks().catch(faultOf);
        }}
        onDone={enter}
      />
      {rules.demo && <DemoButton onDone={enter} />}
    </>
  );
}
