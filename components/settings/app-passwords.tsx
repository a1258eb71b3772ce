'use client';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/text-field';
import { control } from '@/lib/client/control/request';
import type { AppPassword, NewAppPassword } from '@/lib/client/control/types';
import { ChangeResult } from './change-result';
import { Loaded } from './loaded';
import { NewPasswordDialog } from './new-password-dialog';
import { Section } from './section';
import { useChange } from './use-change';
import { useResource } from './use-resource';
import { useTimes } from './use-times';

interface AppPasswords {
  appPasswords: AppPassword[];
}

export function AppPasswordList() {
  const t = useTranslations('settings');
  const list = useResource<AppPasswords>('/api/app-passwords');
  const change = useChange();
  const [fresh, setFresh] = useState<NewAppPassword | null>(null);
  const all = list.value?.appPasswords ?? [];

  const create = (name: string) =>
    change.run(async () => {
      const made = await control<NewAppPassword>('POST', '/api/app-passwords', { name });
      const { password: _once, username: _whose, ...kept } = made;
      list.set({ appPasswords: [...all, kept] });
      setFresh(made);
    });
  const revoke = (id: string) =>
    change.run(async () => {
      await control('DELETE', `/api/app-passwords/${encodeURIComponent(id)}`);
      list.set({ appPasswords: all.filter((password) => password.id !== id) });
    });

  return (
    <Section id="app-passwords" title={t('appPasswords')} hint={t('app.hint')}>
      <Loaded resource={list}>
        {({ appPasswords }) =>
          appPasswords.length === 0 ? (
            <p className="text-row text-text-3">{t('app.none')}</p>
          ) : (
            <ul className="flex flex-col divide-y divide-line">
              {appPasswords.map((password) => (
                <PasswordRow
                  key={password.id}
                  password={password}
                  onRevoke={() => void revoke(password.id)}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      <CreateForm busy={change.busy} onCreate={create} />
      <ChangeResult change={change} />
      {fresh && <NewPasswordDialog made={fresh} onClose={() => setFresh(null)} />}
    </Section>
  );
}

function PasswordRow({ password, onRevoke }: { password: AppPassword; onRevoke: () => void }) {
  const t = useTranslations('settings.app');
  const times = useTimes();
  const { name, createdAt, lastUsedAt } = password;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <div className="min-w-48 flex-1">
        <p className="font-medium">{name}</p>
        <p className="text-row text-text-3">
          {t('created', { time: times.short(createdAt) })} ·{' '}
          {lastUsedAt ? t('lastUsed', { time: times.short(lastUsedAt) }) : t('neverUsed')}
        </p>
      </div>
      <Button look="danger" aria-label={t('revokeNamed', { name })} onClick={onRevoke}>
        {t('revoke')}
      </Button>
    </li>
  );
}

function CreateForm({ busy, onCreate }: { busy: boolean; onCreate: (name: string) => Promise<void> }) {
  const t = useTranslations('settings.app');
  const ui = useTranslations('ui');
  const [name, setName] = useState('');
  const [empty, setEmpty] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setEmpty(name.trim() === '');
    if (name.trim() === '') return;
    await onCreate(name.trim());
    setName('');
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-wrap items-end gap-2">
      <div className="min-w-56 flex-1">
        <TextField
          label={t('name')}
          placeholder={t('namePlaceholder')}
          value={name}
          maxLength={100}
          autoComplete="off"
          error={empty ? ui('required') : null}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Button type="submit" busy={busy}>
        {t('create')}
      </Button>
    </form>
  );
}
