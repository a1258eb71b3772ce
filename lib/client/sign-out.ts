/** Ends the session and leaves nothing of it in this browser (S27, S35). */
import { httpFault, OWN_HEADER } from '@/lib/client/jmap';

export async function signOut(): Promise<void> {
  const response = await fetch('/api/sessions/current', {
    method: 'DELETE',
    headers: OWN_HEADER,
    credentials: 'same-origin',
  });
  if (!response.ok && response.status !== 401) throw await httpFault(response);
  sessionStorage.clear();
  window.location.assign('/sign-in?signedOut');
}
