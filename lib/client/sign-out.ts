/** Ends the session and leaves nothing of it in this browser (S27, S35). */
import { keptFiles } from '@/lib/client/composer/kept-files';
import { localDrafts } from '@/lib/client/composer/local-drafts';
import { httpFault, OWN_HEADER } from '@/lib/client/jmap';
import { KeptChanges } from '@/lib/client/kept-changes';
import { leave } from './to-sign-in';

export function signOut(): Promise<void> {
  // Clear-Site-Data empties this too; it holds choices of the device (servers by address, last format), never mail.
  const device = Object.entries(localStorage);
  return leave(async () => {
    await end('/api/sessions/current');
    for (const [key, value] of device) localStorage.setItem(key, value);
  });
}

/** The user with every account, here only; the server asks for a password typed lately. */
export function removeUser(): Promise<void> {
  return leave(() => end('/api/user'));
}

async function end(path: string): Promise<void> {
  const response = await fetch(path, { method: 'DELETE', headers: OWN_HEADER, credentials: 'same-origin' });
  if (!response.ok && response.status !== 401) throw await httpFault(response);
  sessionStorage.clear();
  // Clear-Site-Data has done it already where the browser knows it, and closed what was open: then these fail.
  await Promise.allSettled([localDrafts.clear(), keptFiles.clear(), new KeptChanges().clear()]);
}
