'use client';
/** Everything that can be changed of one account. */
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { StorageBar } from '@/components/mailbox/storage-bar';
import type { Account } from '@/lib/client/control/types';
import { AccountName, SentCopy, SignInSwitch } from './account-basics';
import { type AccountPartProps, accountPath } from './account-part';
import { AccountPassword, AccountServers } from './account-servers';
import { AccountState } from './account-state';
import { AccountTrouble } from './account-trouble';
import { AnswerIdentity } from './answer-identity';
import { Connection } from './connection';
import { ConnectionCheck } from './connection-check';
import { ImapSettings } from './imap-settings';
import { Loaded } from './loaded';
import { MailFiles } from './mail-files';
import { Moves } from './moves';
import { NewMailSwitches } from './new-mail-switches';
import { Pop3Settings } from './pop3-settings';
import { RemoveAccount } from './remove-account';
import { RetentionSettings } from './retention-settings';
import { Section } from './section';
import { useResource } from './use-resource';

interface AccountPageProps {
  id: string;
  /** In fixed-server mode the operator chose the servers. */
  fixedServers: boolean;
}

export function AccountPage({ id, fixedServers }: AccountPageProps) {
  const resource = useResource<Account>(accountPath(id));
  return (
    <Loaded resource={resource}>
      {(account) => (
        <Parts
          account={account}
          onChange={resource.set}
          reload={resource.reload}
          fixedServers={fixedServers}
        />
      )}
    </Loaded>
  );
}

function Parts(props: AccountPartProps & { reload: () => void; fixedServers: boolean }) {
  const t = useTranslations('settings');
  const { account, onChange, reload, fixedServers } = props;
  const hasServer = account.kind !== 'demo';
  // The part that a link names was not there when the browser looked for it.
  useEffect(() => document.getElementById(window.location.hash.slice(1))?.scrollIntoView(), []);
  return (
    <>
      <div className="mb-6">
        <p className="break-words font-semibold text-body">{account.name}</p>
        <AccountState account={account} />
        <StorageBar accountId={account.id} always className="mt-3 max-w-80" />
      </div>
      <AccountTrouble account={account} reload={reload} />
      <Section id="account-name" title={t('account.name')} hint={t('account.nameHint')}>
        <AccountName account={account} onChange={onChange} />
      </Section>
      <Section id="new-mail" title={t('account.newMail')}>
        <NewMailSwitches account={account} onChange={onChange} />
      </Section>
      {account.kind === 'imap' && (
        <Section id="folders" title={t('account.folders')}>
          <ImapSettings account={account} onChange={onChange} />
        </Section>
      )}
      {account.kind === 'pop3' && (
        <Section id="pop3" title={t('account.pop3')}>
          <Pop3Settings account={account} onChange={onChange} />
        </Section>
      )}
      {account.kind !== 'imap' && (
        <Section id="retention" title={t('retention.title')} hint={t('retention.hint')}>
          <RetentionSettings account={account} onChange={onChange} />
        </Section>
      )}
      <Section id="files" title={t('files.title')} hint={t('files.hint')}>
        <MailFiles account={account} />
      </Section>
      <Section id="move" title={t('move.section')} hint={t('move.hint')}>
        <Moves account={account} />
      </Section>
      {hasServer && (
        <Section id="password" title={t('account.newPassword')}>
          <AccountPassword account={account} onChange={onChange} />
        </Section>
      )}
      {hasServer && !fixedServers && (
        <Section id="servers" title={t('account.servers')} hint={t('account.serversHint')}>
          <AccountServers account={account} onChange={onChange} />
        </Section>
      )}
      {hasServer && (
        <Section id="sending" title={t('sending')}>
          <SentCopy account={account} onChange={onChange} />
          <AnswerIdentity account={account} onChange={onChange} />
        </Section>
      )}
      {hasServer && (
        // Who comes to look at the servers and may not change them can try them here.
        <Section id={fixedServers ? 'servers' : 'connection'} title={t('account.connection')}>
          <ConnectionCheck id={account.id} />
          {account.kind === 'imap' && <Connection id={account.id} />}
        </Section>
      )}
      {hasServer && (
        <Section id="sign-in" title={t('account.signingIn')}>
          <SignInSwitch account={account} onChange={onChange} />
        </Section>
      )}
      <Section id="remove" title={t('account.remove')}>
        <RemoveAccount account={account} />
      </Section>
    </>
  );
}
