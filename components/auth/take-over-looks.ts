/** A new device starts with the looks that the user chose on another one; a choice made here is left alone. */
import { savePreference } from '@/components/ui/save-preference';
import type { Admission } from '@/lib/client/control/types';
import { preferenceCookieName } from '@/lib/i18n/preferences';

export async function takeOverLooks({
  theme,
  contrast,
  density,
  language,
}: Admission['looks']): Promise<void> {
  const chosenHere = async (key: 'theme' | 'contrast' | 'density' | 'locale') =>
    (await cookieStore.get(preferenceCookieName(key))) !== null;
  if (!(await chosenHere('theme'))) await savePreference('theme', theme);
  if (!(await chosenHere('contrast'))) await savePreference('contrast', contrast);
  if (!(await chosenHere('density'))) await savePreference('density', density);
  if (language !== null && !(await chosenHere('locale'))) await savePreference('locale', language);
}
