'use client';
/** What few senders need: where answers and copies go, and by which server it is sent. */
import { useTranslations } from 'use-intl';
import { Disclosure } from '@/components/ui/disclosure';
import { Select } from '@/components/ui/select';
import { TextField } from '@/components/ui/text-field';
import { Switch } from '@/components/ui/toggle';
import type { Identity } from '@/lib/jmap/types';
import type { SendingAccount } from './identity-calls';
import { SenderServer } from './sender-server';

export interface MoreOfIdentity {
  replyTo: string;
  /** A blind copy of each mail to the own address. */
  copyToSelf: boolean;
  sentMailboxId: string;
  outgoingAccountId: string;
}

interface Props {
  identity: Identity;
  value: MoreOfIdentity;
  account: SendingAccount;
  /** Others of the same person that send. */
  others: readonly SendingAccount[];
  badReplyTo: boolean;
  onChange: (part: Partial<MoreOfIdentity>) => void;
  onOwnServer: (host: string | null) => void;
}

/** The choice that stands for what is usual. */
export const USUAL = '';

export function IdentityMore({ identity, value, account, others, badReplyTo, onChange, onOwnServer }: Props) {
  const t = useTranslations('settings.identity');
  const sign = useTranslations('signIn');
  return (
    <Disclosure label={t('more')}>
      <div className="flex flex-col gap-3 pt-2">
        <TextField
          label={t('replyTo')}
          hint={t('replyToHint')}
          type="email"
          autoComplete="off"
          value={value.replyTo}
          maxLength={320}
          error={badReplyTo ? sign('badAddress') : null}
          onChange={({ target }) => onChange({ replyTo: target.value })}
        />
        <Switch
          label={t('copyToSelf')}
          hint={t('copyToSelfHint')}
          checked={value.copyToSelf}
          onChange={(copyToSelf) => onChange({ copyToSelf })}
        />
        <Select
          label={t('sentFolder')}
          value={value.sentMailboxId}
          options={[
            { value: USUAL, label: t('sentUsual') },
            ...account.mailboxes.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(sentMailboxId) => onChange({ sentMailboxId })}
        />
        {others.length > 0 && identity['gatepost:outgoingHost'] == null && (
          <Select
            label={t('outgoing')}
            hint={t('outgoingHint')}
            value={value.outgoingAccountId}
            options={[
              { value: USUAL, label: t('outgoingOwn', { host: account.outgoingHost }) },
              ...others.map(({ id, name, outgoingHost }) => ({
                value: id,
                label: `${name} (${outgoingHost})`,
              })),
            ]}
            onChange={(outgoingAccountId) => onChange({ outgoingAccountId })}
          />
        )}
        {account.outgoingHost !== '' && (
          <SenderServer accountId={account.id} identity={identity} onChange={onOwnServer} />
        )}
      </div>
    </Disclosure>
  );
}
