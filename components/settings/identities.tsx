'use client';
/** Who the mail is from: name, address and signature of each sender of each account. */
import { Dices, Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/text-field';
import { control } from '@/lib/client/control/request';
import { isWildcard, oneTimeAddress } from '@/lib/client/draft/sender';
import type { Identity } from '@/lib/jmap/types';
import { accountPath } from './account-part';
import { ChangeResult } from './change-result';
import {
  type IdentityPart,
  loadSenders,
  type Senders,
  type SendingAccount,
  setIdentity,
} from './identity-calls';
import { IdentityForm } from './identity-form';
import { Loaded } from './loaded';
import { Section } from './section';
import { type NewServer, ServerOfSender } from './sender-server';
import { useChange } from './use-change';
import { useLoaded } from './use-resource';

export function Identities() {
  const t = useTranslations('settings');
  const senders = useLoaded(loadSenders);
  return (
    <Section id="signature" title={t('signature')}>
      <Loaded resource={senders}>
        {({ transport, accounts }) => (
          <ul className="flex flex-col gap-6">
            {accounts.map((account) => (
              <li key={account.id}>
                <AccountSenders
                  account={account}
                  others={accounts.filter(({ id, outgoingHost }) => id !== account.id && outgoingHost !== '')}
                  titled={accounts.length > 1}
                  transport={transport}
                  onChange={(identities) =>
                    senders.set({
                      transport,
                      accounts: accounts.map((a) => (a.id === account.id ? { ...a, identities } : a)),
                    })
                  }
                />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

interface AccountSendersProps {
  account: SendingAccount;
  others: readonly SendingAccount[];
  titled: boolean;
  transport: Senders['transport'];
  onChange: (identities: Identity[]) => void;
}

function AccountSenders({ account, others, titled, transport, onChange }: AccountSendersProps) {
  const t = useTranslations('settings.identity');
  const { id: accountId, identities } = account;
  const put = (id: string, part: Partial<Identity>) =>
    onChange(identities.map((identity) => (identity.id === id ? { ...identity, ...part } : identity)));
  const save = async (id: string, part: IdentityPart) => {
    await setIdentity(transport, accountId, { update: { [id]: JSON.parse(JSON.stringify(part)) } });
    put(id, part);
  };
  const remove = async (id: string) => {
    await setIdentity(transport, accountId, { destroy: [id] });
    onChange(identities.filter((identity) => identity.id !== id));
  };
  const add = async (name: string, email: string) => {
    const { created } = await setIdentity(transport, accountId, { create: { new: { name, email } } });
    const fresh = { replyTo: null, bcc: null, textSignature: '', htmlSignature: '', mayDelete: true };
    const known = created?.new;
    if (known?.id) onChange([...identities, { ...fresh, name, email, ...known, id: known.id }]);
  };
  const addWithServer = async (name: string, email: string, server: NewServer) => {
    const path = `${accountPath(accountId)}/senders`;
    const { id } = await control<{ id: string }>('POST', path, { name, email, ...server });
    const fresh = { replyTo: null, bcc: null, textSignature: '', htmlSignature: '', mayDelete: true };
    const host = server.outgoing.host;
    onChange([...identities, { ...fresh, id, name, email, 'gatepost:outgoingHost': host }]);
  };
  return (
    <div className="flex flex-col gap-4">
      {titled && <h3 className="break-words font-medium">{account.name}</h3>}
      {identities.length === 0 && <p className="text-row text-text-3">{t('none')}</p>}
      {identities.map((identity) => (
        <IdentityForm
          key={identity.id}
          identity={identity}
          account={account}
          others={others}
          onSave={(part) => save(identity.id, part)}
          onOwnServer={(host) => put(identity.id, { 'gatepost:outgoingHost': host })}
          onRemove={identity.mayDelete ? () => remove(identity.id) : undefined}
        />
      ))}
      <AddSender
        onAddWithServer={addWithServer}
        host={account.outgoingHost}
        first={identities.find((one) => !isWildcard(one)) ?? identities[0]}
        onAdd={add}
      />
    </div>
  );
}

interface AddSenderProps {
  host: string;
  /** Whose name others get. */
  first: Identity | undefined;
  onAdd: (name: string, email: string) => Promise<void>;
  onAddWithServer: (name: string, email: string, server: NewServer) => Promise<void>;
}

function AddSender({ host, first, onAdd, onAddWithServer }: AddSenderProps) {
  const t = useTranslations('settings.identity');
  const sign = useTranslations('signIn');
  const change = useChange();
  const [open, setOpen] = useState(false);
  const [email, setEmail] = useState('');
  const [bad, setBad] = useState(false);
  /** What was tried last. */
  const [refused, setRefused] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const good = /^[^\s@]+@[^\s@]+$/u.test(email.trim());
    setBad(!good);
    if (!good) return;
    setRefused(email.trim());
    void change.run(async () => {
      await onAdd(first?.name ?? '', email.trim());
      setEmail('');
      setOpen(false);
    });
  };
  if (!open) {
    return (
      <div>
        <Button
          look="plain"
          icon={<Plus size={16} strokeWidth={1.75} aria-hidden="true" />}
          onClick={() => setOpen(true)}
        >
          {t('add')}
        </Button>
        {first && (
          <Button
            look="plain"
            icon={<Dices size={16} strokeWidth={1.75} aria-hidden="true" />}
            busy={change.busy}
            onClick={() => void change.run(() => onAdd('', oneTimeAddress(first)))}
          >
            {t('addOneTime')}
          </Button>
        )}
        <ChangeResult change={change} />
      </div>
    );
  }
  const keep = async (server: NewServer) => {
    await onAddWithServer(first?.name ?? '', email.trim(), server);
    setEmail('');
    setOpen(false);
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-2">
      <TextField
        label={t('add')}
        hint={t('addHint', { host })}
        type="email"
        autoFocus
        autoComplete="off"
        value={email}
        error={bad ? sign('badAddress') : null}
        onChange={(event) => setEmail(event.target.value)}
      />
      <div>
        <Button type="submit" busy={change.busy}>
          {t('add')}
        </Button>
      </div>
      <ChangeResult change={change} />
      {change.fault?.code === 'senderRefused' && email.trim() === refused && (
        <>
          <p className="text-ui">{t('ownServerOffer')}</p>
          <ServerOfSender email={email.trim()} keep={keep} onClose={() => setOpen(false)} />
        </>
      )}
    </form>
  );
}
