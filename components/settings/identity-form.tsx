'use client';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/text-field';
import { isAddress } from '@/lib/client/draft/address-input';
import { isWildcard } from '@/lib/client/draft/sender';
import type { EmailAddress, Identity } from '@/lib/jmap/types';
import { ChangeResult } from './change-result';
import type { IdentityPart, SendingAccount } from './identity-calls';
import { IdentityMore, type MoreOfIdentity, USUAL } from './identity-more';
import { SignatureField } from './signature-field';
import { useChange } from './use-change';

interface IdentityFormProps {
  identity: Identity;
  account: SendingAccount;
  others: readonly SendingAccount[];
  onSave: (part: IdentityPart) => Promise<void>;
  /** Kept by itself, when it was tried. */
  onOwnServer: (host: string | null) => void;
  onRemove?: () => Promise<void>;
}

export function IdentityForm({
  identity,
  account,
  others,
  onSave,
  onOwnServer,
  onRemove,
}: IdentityFormProps) {
  const t = useTranslations('settings.identity');
  const ui = useTranslations('ui');
  const change = useChange();
  const [name, setName] = useState(identity.name);
  const [signature, setSignature] = useState({
    text: identity.textSignature,
    html: identity.htmlSignature,
  });
  const [more, setMore] = useState(() => moreOf(identity, account));
  const [bad, setBad] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const replyTo = more.replyTo.trim();
    const wrong = replyTo !== '' && !isAddress(replyTo);
    setBad(wrong);
    if (wrong) return;
    void change.run(() =>
      onSave({
        name: name.trim(),
        textSignature: signature.text,
        htmlSignature: signature.html,
        replyTo: replyTo === '' ? null : [{ name: null, email: replyTo }],
        bcc: copies(identity, account, more.copyToSelf),
        'gatepost:sentMailboxId': more.sentMailboxId || null,
        'gatepost:outgoingAccountId': more.outgoingAccountId || null,
      }),
    );
  };
  return (
    <form
      onSubmit={submit}
      aria-label={identity.email}
      data-edge=""
      className="flex flex-col gap-3 rounded-control border border-line p-4"
    >
      <p className="break-all font-medium">{identity.email}</p>
      {isWildcard(identity) && <p className="text-row text-text-2">{t('wildcard')}</p>}
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={name}
        autoComplete="name"
        maxLength={200}
        onChange={(event) => setName(event.target.value)}
      />
      <SignatureField value={signature} onChange={setSignature} />
      <IdentityMore
        identity={identity}
        onOwnServer={onOwnServer}
        value={more}
        account={account}
        others={others}
        badReplyTo={bad}
        onChange={(part) => setMore({ ...more, ...part })}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={change.busy}>
          {ui('save')}
        </Button>
        {onRemove && (
          <Button
            look="danger"
            aria-label={t('removeNamed', { email: identity.email })}
            busy={change.busy}
            onClick={() => void change.run(onRemove)}
          >
            {t('remove')}
          </Button>
        )}
      </div>
      <ChangeResult change={change} />
    </form>
  );
}

function moreOf(identity: Identity, account: SendingAccount): MoreOfIdentity {
  const self = selfOf(identity, account);
  return {
    replyTo: identity.replyTo?.[0]?.email ?? '',
    copyToSelf: identity.bcc?.some(({ email }) => email === self) ?? false,
    sentMailboxId: identity['gatepost:sentMailboxId'] ?? USUAL,
    outgoingAccountId: identity['gatepost:outgoingAccountId'] ?? USUAL,
  };
}

/** A whole domain is nobody: its copies go to the account's own address. */
function selfOf(identity: Identity, { identities }: SendingAccount): string {
  const self = isWildcard(identity) ? identities.find((one) => !isWildcard(one)) : identity;
  return self?.email ?? '';
}

/** Others whom another program lets have copies keep them. */
function copies(identity: Identity, account: SendingAccount, toSelf: boolean): EmailAddress[] | null {
  const email = selfOf(identity, account);
  const others = (identity.bcc ?? []).filter((one) => one.email !== email);
  const all = toSelf ? [...others, { name: null, email }] : others;
  return all.length > 0 ? all : null;
}
