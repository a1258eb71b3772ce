'use client';
/** Where mail that is collected goes here, and how it looks then. */
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { TextField } from '@/components/ui/text-field';
import { Switch } from '@/components/ui/toggle';
import { useAccounts } from '@/lib/client/hooks';
import type { Id } from '@/lib/jmap/types';
import type { Pop3PartProps } from './pop3-part';
import { useFolders } from './use-folders';

const INBOX = '';
const THIS = '';
const DUPLICATES = ['skip', 'tag', 'keep'] as const;

export function Pop3Delivery({ accountId, settings, busy, set }: Pop3PartProps & { accountId: Id }) {
  const t = useTranslations('settings.account');
  const pop3 = useTranslations('pop3');
  const others = useAccounts().filter(({ id }) => id !== accountId);
  const folders = useFolders(settings.targetAccountId ?? accountId);
  return (
    <>
      {(others.length > 0 || settings.targetAccountId !== null) && (
        <Select
          label={pop3('targetAccount')}
          hint={pop3('targetAccountHint')}
          value={settings.targetAccountId ?? THIS}
          options={[
            { value: THIS, label: pop3('targetAccountThis') },
            ...others.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(id) => set({ targetAccountId: id === THIS ? null : id, targetMailboxId: null })}
        />
      )}
      <Select
        label={pop3('target')}
        hint={pop3('targetHint')}
        value={settings.targetMailboxId ?? INBOX}
        options={[{ value: INBOX, label: pop3('targetInbox') }, ...folders]}
        onChange={(id) => set({ targetMailboxId: id === INBOX ? null : id })}
      />
      {settings.targetMailboxId === null && (
        <Switch
          label={pop3('skipInbox')}
          hint={pop3('skipInboxHint')}
          checked={settings.skipInbox}
          disabled={busy}
          onChange={(skipInbox) => set({ skipInbox })}
        />
      )}
      <Tag settings={settings} busy={busy} set={set} />
      <Switch
        label={pop3('markRead')}
        hint={t('markReadHint')}
        checked={settings.markReadOnFetch}
        disabled={busy}
        onChange={(markReadOnFetch) => set({ markReadOnFetch })}
      />
      <Switch
        label={pop3('keepDate')}
        hint={pop3('keepDateHint')}
        checked={settings.keepDate}
        disabled={busy}
        onChange={(keepDate) => set({ keepDate })}
      />
      <Select
        label={pop3('duplicates')}
        hint={pop3('duplicatesHint')}
        value={settings.duplicates}
        options={DUPLICATES.map((value) => ({ value, label: pop3(`duplicates_${value}`) }))}
        onChange={(duplicates) => set({ duplicates })}
      />
    </>
  );
}

function Tag({ settings, busy, set }: Pop3PartProps) {
  const t = useTranslations('pop3');
  const [tag, setTag] = useState(settings.tag ?? '');
  const save = (event: FormEvent) => {
    event.preventDefault();
    const name = tag.trim().toLowerCase().replaceAll(' ', '-');
    set({ tag: name === '' ? null : name });
  };
  return (
    <form onSubmit={save} className="flex flex-wrap items-end gap-2">
      <div className="min-w-64 flex-1">
        <TextField
          label={t('tag')}
          hint={t('tagHint')}
          value={tag}
          maxLength={64}
          autoComplete="off"
          onChange={(event) => setTag(event.target.value)}
        />
      </div>
      <Button type="submit" disabled={busy || tag === (settings.tag ?? '')}>
        {t('tagSave')}
      </Button>
    </form>
  );
}
