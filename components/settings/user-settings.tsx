'use client';
/** What the server keeps for the user beside accounts: how long to hold what is sent, and whose images are shown. */
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { Select } from '@/components/ui/select';
import { TextField } from '@/components/ui/text-field';
import { RadioGroup } from '@/components/ui/toggle';
import { control } from '@/lib/client/control/request';
import type { UserSettings, UserSettingsPatch } from '@/lib/client/control/types';
import { ChangeResult } from './change-result';
import { Loaded } from './loaded';
import { Section } from './section';
import { useChange } from './use-change';
import { type Resource, useResource } from './use-resource';

const UNDO_SECONDS = [0, 5, 10, 20, 30, 60, 120];

export function SendingAndImages() {
  const t = useTranslations('settings');
  const settings = useResource<UserSettings>('/api/settings');
  return (
    <>
      <Section id="sending" title={t('sending')}>
        <Loaded resource={settings}>{(value) => <Sending value={value} settings={settings} />}</Loaded>
      </Section>
      <Section id="images" title={t('images')}>
        <Loaded resource={settings}>{(value) => <RemoteImages value={value} settings={settings} />}</Loaded>
      </Section>
    </>
  );
}

interface PartProps {
  value: UserSettings;
  settings: Resource<UserSettings>;
}

function usePatch(settings: Resource<UserSettings>) {
  const change = useChange();
  const patch = (part: UserSettingsPatch) =>
    change.run(async () => settings.set(await control<UserSettings>('PATCH', '/api/settings', part)));
  return { change, patch };
}

function Sending({ value, settings }: PartProps) {
  const t = useTranslations('settings.undo');
  const answer = useTranslations('settings.answer');
  const { change, patch } = usePatch(settings);
  const choices = [...new Set([...UNDO_SECONDS, value.undoSeconds])].sort((a, b) => a - b);
  return (
    <>
      <Select
        label={t('label')}
        hint={t('hint')}
        value={String(value.undoSeconds)}
        options={choices.map((n) => ({ value: String(n), label: n === 0 ? t('none') : t('seconds', { n }) }))}
        onChange={(seconds) => void patch({ undoSeconds: Number(seconds) })}
      />
      <Select
        label={answer('label')}
        value={value.answerPosition}
        options={[
          { value: 'above', label: answer('above') },
          { value: 'below', label: answer('below') },
        ]}
        onChange={(answerPosition) => void patch({ answerPosition })}
      />
      <ChangeResult change={change} />
    </>
  );
}

function RemoteImages({ value, settings }: PartProps) {
  const t = useTranslations('settings.remote');
  const { change, patch } = usePatch(settings);
  const senders = value.trustedSenders;
  return (
    <>
      <RadioGroup
        label={t('label')}
        value={value.remoteImages}
        options={[
          { value: 'ask', label: t('ask'), hint: t('askHint') },
          { value: 'always', label: t('always'), hint: t('alwaysHint') },
        ]}
        onChange={(remoteImages) => void patch({ remoteImages })}
      />
      <div className="flex flex-col gap-2">
        <h3 className="font-medium text-text-2">{t('trusted')}</h3>
        {senders.length === 0 && <p className="text-row text-text-3">{t('none')}</p>}
        <ul className="flex flex-wrap gap-2">
          {senders.map((sender) => (
            <li key={sender} className="max-w-full">
              <Chip
                removeLabel={t('remove', { sender })}
                onRemove={() => void patch({ trustedSenders: senders.filter((other) => other !== sender) })}
              >
                {sender}
              </Chip>
            </li>
          ))}
        </ul>
        <AddSender onAdd={(sender) => patch({ trustedSenders: [...new Set([...senders, sender])] })} />
      </div>
      <ChangeResult change={change} />
    </>
  );
}

function AddSender({ onAdd }: { onAdd: (sender: string) => Promise<void> }) {
  const t = useTranslations('settings.remote');
  const [text, setText] = useState('');
  const [bad, setBad] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const sender = text.trim().toLowerCase();
    const good = /^[^\s@]*@[^\s@]+\.[^\s@]+$/u.test(sender);
    setBad(!good);
    if (!good) return;
    await onAdd(sender);
    setText('');
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-wrap items-end gap-2">
      <div className="min-w-56 flex-1">
        <TextField
          label={t('add')}
          value={text}
          inputMode="email"
          autoComplete="off"
          autoCapitalize="none"
          error={bad ? t('bad') : null}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Button type="submit">{t('addButton')}</Button>
    </form>
  );
}
