/** A new device starts with the looks that the user chose on another one; a choice made here is left alone. */
import { savePreference } from '@/components/ui/save-preference';
import type { Admission } from '@/lib/client/control/types';
import { type Preferences, preferenceCookieName } from '@/lib/i18n/preferences';

export async function takeOverLooks({ language, ...looks }: Admission['looks']): Promise<void> {
  const choices = { ...looks, locale: language };
  const keys = Object.keys(choices) as (keyof typeof choices)[];
  // Each one waits for the browser's cookie store: side by side they cost one wait.
  await Promise.all(keys.map((key) => takeOver(key, choices[key])));
}

async function takeOver<K extends keyof Preferences>(key: K, value: Preferences[K]): Promise<void> {
  // What nobody chose needs no cookie.
  if (value === null || value === DEFAULTS[key]) return;
  if ((await cookieStore.get(preferenceCookieName(key))) === null) await savePreference(key, value);
}

const DEFAULTS: Partial<Preferences> = { theme: 'system', contrast: 'system', density: 'normal' };
