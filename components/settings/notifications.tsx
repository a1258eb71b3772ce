'use client';
/** New mail announced by the system, on this device. The browser is asked by the switch, and never before. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Notice } from '@/components/ui/notice';
import { Switch } from '@/components/ui/toggle';
import { setDeviceNotices, useDeviceNotices } from '@/lib/client/notify/device';
import { Section } from './section';

type Trouble = 'unanswered' | 'unsupported';

export function Notifications() {
  const t = useTranslations('settings');
  const state = useDeviceNotices();
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const turnOn = async (): Promise<Trouble | null> => {
    const permission = await Notification.requestPermission();
    if (permission !== 'granted') return permission === 'default' ? 'unanswered' : null;
    // Some browsers have the object, and let only workers use it: the first one says whether it works.
    if (!isShown(t('notify.sample'), t('notify.sampleText'))) return 'unsupported';
    setDeviceNotices(true);
    return null;
  };
  const change = async (on: boolean) => {
    setTrouble(null);
    if (on) setTrouble(await turnOn());
    else setDeviceNotices(false);
  };
  const wrong = state === 'blocked' || state === 'unsupported' ? state : trouble;
  return (
    <Section id="notifications" title={t('notifications')}>
      <Switch
        label={t('notify.label')}
        hint={t('notify.hint')}
        checked={state === 'on'}
        disabled={state === 'unsupported'}
        onChange={(on) => void change(on)}
      />
      <div role="status">{wrong && <Notice tone="warn">{t(`notify.${wrong}`)}</Notice>}</div>
    </Section>
  );
}

function isShown(title: string, body: string): boolean {
  try {
    return new Notification(title, { body, icon: '/icon-192.png' }) !== null;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
