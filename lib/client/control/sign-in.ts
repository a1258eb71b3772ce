/** Signing in: find the servers, check the password there, take the session (docs/http.md, Sign-in). */
import { ControlFault, control } from './request';
import type { CheckStep, Discovery, Servers } from './types';

export const discover = (address: string, signal?: AbortSignal): Promise<Discovery> =>
  control('POST', '/api/discovery', { address }, signal);

export type Credentials = { address: string; password: string; servers?: Servers } | { demo: true };

export async function signIn(credentials: Credentials, signal?: AbortSignal): Promise<void> {
  const check = { ...credentials };
  const { ticket } = await control<{ ticket: string; steps: CheckStep[] }>(
    'POST',
    '/api/sign-in/check',
    check,
    signal,
  );
  await takeSession({ ticket });
}

/** next-auth's credentials call, without its browser library (5 KB for two requests). */
async function takeSession(fields: Record<string, string>): Promise<void> {
  const { csrfToken } = await control<{ csrfToken: string }>('GET', '/api/auth/csrf');
  const response = await fetch('/api/auth/callback/credentials', {
    method: 'POST',
    headers: { 'x-gatepost': '1' },
    body: new URLSearchParams({ ...fields, csrfToken, json: 'true', callbackUrl: location.origin }),
  });
  // next-auth answers 200 with an address that holds `csrf=true` when the token was stale, and 401 for a spent ticket.
  const { url } = response.ok ? await response.json() : { url: null };
  if (typeof url !== 'string' || new URL(url, location.origin).searchParams.has('csrf')) {
    throw new ControlFault('serverFail');
  }
}
