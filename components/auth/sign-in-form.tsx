'use client';
import { useTranslations } from 'use-intl';
import { faultOf } from '@/lib/client/control/request';
import { signIn } from '@/lib/client/control/sign-in';
import type { Admission, SignInRules } from '@/lib/client/control/types';
import { DemoButton } from './demo-button';
import { MailboxForm } from './mailbox-form';
import { START } from './safe-path';
import { takeOverLooks } from './take-over-looks';

interface SignInFormProps {
  rules: SignInRules;
  /** A path of our own, already checked. */
  next: string;
}

export function SignInForm({ rules, next }: SignInFormProps) {
  const t = useTranslations('signIn');
  // A new document: nothing of the visitor before is left in it, and its first paint holds the mail.
  const enter = async (admission: Admission) => {
    // Looks are not worth a failed sign-in: without them the page starts as the system is.
    await takeOverLooks(admission.looks).catch(faultOf);
    window.location.replace(next === START ? admission.start : next);
  };
  return (
    <>
      <MailboxForm
        rules={rules}
        submitLabel={t('submit')}
        autoComplete
        check={signIn}
        onDone={(admission) => void enter(admission)}
      />
      {rules.demo && <DemoButton onDone={(admission) => void enter(admission)} />}
    </>
  );
}
