'use client';
/** "IMAP · anna@example.org · Works": a word and a mark, never a colour alone. */
import { CircleAlert, CircleCheck, CircleDashed, KeyRound } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Account } from '@/lib/client/control/types';

const LOOKS = {
  ready: { icon: CircleCheck, colour: 'text-ok' },
  connecting: { icon: CircleDashed, colour: 'text-text-2' },
  offline: { icon: CircleAlert, colour: 'text-warn' },
  needsPassword: { icon: KeyRound, colour: 'text-danger' },
} as const;

export function AccountState({ account }: { account: Account }) {
  const t = useTranslations('settings.account');
  const { connection } = account.state;
  const { icon: Icon, colour } = LOOKS[connection];
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-row text-text-3">
      <span className={`inline-flex items-center gap-1 ${colour}`}>
        <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
        {t('state', { connection })}
      </span>
      <span>{t('kind', { kind: account.kind })}</span>
      {account.address !== account.name && <span className="break-all">{account.address}</span>}
    </p>
  );
}
