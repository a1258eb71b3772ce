'use client';
/** Which folder has which task, how much mail is read ahead, and what is watched; each choice takes effect at once. */
import { useTranslations } from 'use-intl';
import { Chip } from '@/components/ui/chip';
import { Select } from '@/components/ui/select';
import type { ChosenRole, ImapSettings as Settings } from '@/lib/client/control/types';
import type { Id } from '@/lib/jmap/types';
import type { AccountPartProps } from './account-part';
import { ChangeResult } from './change-result';
import { useAccountPatch } from './use-account-patch';
import { useFolders } from './use-folders';

const ROLES: ChosenRole[] = ['sent', 'drafts', 'archive', 'junk', 'trash'];
const DAYS = [30, 90, 365, 1095];
const MAX_WATCHED = 10;
const NONE = '';

export function ImapSettings({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.account');
  const { change, patch } = useAccountPatch(account, onChange);
  const { imap } = account.settings;
  const set = (part: Partial<Settings>) => void patch({ settings: { imap: part } });
  return (
    <>
      <Roles account={account} set={set} />
      <Select
        label={t('window')}
        hint={t('windowHint')}
        value={String(imap.windowDays ?? NONE)}
        options={[
          { value: NONE, label: t('windowAll') },
          ...[...new Set([...DAYS, ...(imap.windowDays ? [imap.windowDays] : [])])].map((n) => ({
            value: String(n),
            label: t('windowDays', { n }),
          })),
        ]}
        onChange={(days) => set({ windowDays: days === NONE ? null : Number(days) })}
      />
      <Watched account={account} set={set} />
      <ChangeResult change={change} />
    </>
  );
}

interface PartProps {
  account: AccountPartProps['account'];
  set: (part: Partial<Settings>) => void;
}

function Roles({ account, set }: PartProps) {
  const t = useTranslations('settings.account');
  const role = useTranslations('mail.role');
  const folders = useFolders(account.id);
  const { roles } = account.settings.imap;
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="mb-2 text-text-2">{t('rolesHint')}</legend>
      {ROLES.map((name) => (
        <Select
          key={name}
          label={role(name)}
          value={roles[name] ?? NONE}
          options={[{ value: NONE, label: t('roleAuto') }, ...folders]}
          onChange={(id) => set({ roles: { [name]: id === NONE ? null : id } })}
        />
      ))}
    </fieldset>
  );
}

function Watched({ account, set }: PartProps) {
  const t = useTranslations('settings.account');
  const folders = useFolders(account.id);
  const { watched } = account.settings.imap;
  const nameOf = (id: Id) => folders.find(({ value }) => value === id)?.label.trim() ?? t('folderGone');
  return (
    <div className="flex flex-col gap-2">
      <Select
        label={t('watched')}
        hint={t('watchedHint')}
        value={NONE}
        disabled={watched.length >= MAX_WATCHED}
        options={[
          { value: NONE, label: t('watchedAdd') },
          ...folders.filter(({ value }) => !watched.includes(value)),
        ]}
        onChange={(id) => id !== NONE && set({ watched: [...watched, id] })}
      />
      {watched.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {watched.map((id) => (
            <li key={id} className="max-w-full">
              <Chip
                removeLabel={t('watchedRemove', { name: nameOf(id) })}
                onRemove={() => set({ watched: watched.filter((other) => other !== id) })}
              >
                {nameOf(id)}
              </Chip>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
