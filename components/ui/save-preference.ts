import { type Preferences, preferenceCookie } from '@/lib/i18n/preferences';

/** Keeps a choice on this device; the looks apply at once, without a reload or a flash. */
export async function savePreference<K extends keyof Preferences>(
  key: K,
  value: Preferences[K],
): Promise<void> {
  if (key === 'theme' || key === 'contrast') applyLook(key, value);
  await cookieStore.set(preferenceCookie(key, value));
}

function applyLook(key: 'theme' | 'contrast', value: string | null): void {
  if (value === 'system' || value === null) delete document.documentElement.dataset[key];
  else document.documentElement.dataset[key] = value;
}
