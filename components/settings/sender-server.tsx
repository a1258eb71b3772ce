'use client';
/** An outgoing server of this sender's own: tried by really signing in before it is kept, as other servers are. */
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { emptyServers, faultsOf, loginOf } from '@/components/auth/server-draft';
import { EndpointFields } from '@/components/auth/server-fields';
import { Button } from '@/components/ui/button';
import { PasswordField } from '@/components/ui/password-field';
import { control } from '@/lib/client/control/request';
import type { Identity } from '@/lib/jmap/types';
import { accountPath } from './account-part';
import { CheckResult } from './check-result';
import { useChange } from './use-change';

interface Props {
  accountId: string;
  identity: Identity;
  /** null: the sender uses the account's again. */
  onChange: (host: string | null) => void;
}

export function SenderServer({ accountId, identity, onChange }: Props) {
  const t = useTranslations('settings.identity');
  const [open, setOpen] = useState(false);
  const change = useChange();
  const path = `${accountPath(accountId)}/senders/${encodeURIComponent(identity.id)}`;
  const host = identity['gatepost:outgoingHost'] ?? null;
  const remove = () =>
    change.run(async () => {
      await control('DELETE', path);
      onChange(null);
    });
  if (open) {
    const keep = async (server: NewServer) => {
      await control('PUT', path, server);
      setOpen(false);
      onChange(server.outgoing.host);
    };
    return <ServerOfSender email={identity.email} keep={keep} onClose={() => setOpen(false)} />;
  }
  return (
    <div className="flex flex-col gap-2">
      {host !== null && <p className="break-words text-ui">{t('ownServerIs', { host })}</p>}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpen(true)}>{t(host === null ? 'ownServer' : 'changeOwnServer')}</Button>
        {host !== null && (
          <Button busy={change.busy} onClick={() => void remove()}>
            {t('noOwnServer')}
          </Button>
        )}
      </div>
      <CheckResult change={change} />
    </div>
  );
}

export interface NewServer {
  outgoing: ReturnType<typeof loginOf>;
  password: string;
}

interface ServerOfSenderProps {
  email: string;
  keep: (server: NewServer) => Promise<void>;
  onClose: () => void;
}

export function ServerOfSender({ email, keep, onClose }: ServerOfSenderProps) {
  const t = useTranslations('settings.identity');
  const sign = useTranslations('signIn');
  const ui = useTranslations('ui');
  const change = useChange();
  const [draft, setDraft] = useState(() => emptyServers(email).outgoing);
  const [tried, setTried] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const [empty, setEmpty] = useState(false);
  const faults = faultsOf(draft);
  const save = () => {
    const secret = password.current?.value ?? '';
    setTried(true);
    setEmpty(secret === '');
    if (secret === '' || Object.keys(faults).length > 0) return;
    void change.run(() => keep({ outgoing: loginOf(draft), password: secret }));
  };
  // Enter would send the form around it, without this.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    save();
  };
  return (
    <fieldset aria-label={t('ownServer')} onKeyDown={onKeyDown} className="flex flex-col gap-3">
      <EndpointFields
        legend={sign('outgoing')}
        protocol="smtp"
        value={draft}
        faults={tried ? faults : {}}
        onChange={setDraft}
      />
      <PasswordField
        ref={password}
        label={t('ownServerPassword')}
        autoComplete="off"
        error={empty ? ui('required') : null}
      />
      <div className="flex flex-wrap gap-2">
        <Button busy={change.busy} onClick={save}>
          {t('checkAndSave')}
        </Button>
        <Button look="plain" onClick={onClose}>
          {ui('cancel')}
        </Button>
      </div>
      <CheckResult change={change} />
    </fieldset>
  );
}
