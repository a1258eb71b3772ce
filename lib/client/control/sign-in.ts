/** Signing in: find the servers, check the password there, take the session (docs/http.md, Sign-in). */
import { ControlFault, control } from './request';
import type { Admission, Discovery, Servers } from './types';

export const discover = (address: string, signal?: AbortSignal): Promise<Discovery> =>
  control('POST', '/api/discovery', { address }, signal);

export type Credentials = { address: string; password: string; servers?: Servers } | { demo: true };

export async function signIn(credentials: Credentials, signal?: AbortSignal): Promise<Admission> {
  const admission = await control<Admission>('POST', '/api/sign-in/check', { ...credentials }, signal);
  await takeSession(admission);
  return admission;
}

/** next-auth's credentials call, without its browser library (5 KB for one request). */
async function takeSession({ ticket, csrfToken }: Admission): Promise<void> {
  const response = await fetch('/api/auth/callback/credentials', {
    method: 'POST',
    headers: { 'x-gatepost': '1' },
    body: new URLSearchParams({ ticket, csrfToken, json: 'true', callbackUrl: location.origin }),
  });
  // next-auth answers 200 with an address that holds `csrf=true` when the token was stale, and 401 for a spent ticket.
  const { url } = response.ok ? await response.json() : { url: null };
  if (typeof url !== 'string' || new URL(url, location.origin).searchParams.has('csrf')) {
    throw new ControlFault('serverFail');
  }
}
