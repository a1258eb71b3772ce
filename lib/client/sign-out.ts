/** Ends the session and leaves nothing of it in this browser (S27, S35). */
import { LocalDrafts } from '@/lib/client/composer/local-drafts';
import { httpFault, OWN_HEADER } from '@/lib/client/jmap';
import { KeptChanges } from '@/lib/client/kept-changes';

export async function signOut(): Promise<void> {
  const response = await fetch('/api/sessions/current', {
    method: 'DELETE',
    headers: OWN_HEADER,
    credentials: 'same-origin',
  });
  if (!response.ok && response.status !== 401) throw await httpFault(response);
  sessionStorage.clear();
  await new LocalDrafts().clear();
  await new KeptChanges().clear();
  window.location.assign('/sign-in?signedOut');
}
