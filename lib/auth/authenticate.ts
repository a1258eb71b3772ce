/**
 * Who calls, for every route handler and server component (security.md S19). A cookie changes things only together with our
 * own Origin and a header that no form can send (S20); other programs bring their credentials with each request.
 */
import { headers as pageHeaders } from 'next/headers';
import { RequestError } from '@/lib/errors';
import { type Control, control } from './control';
import { programPrincipal } from './programs';
import { revocations } from './revocation';
import { CONFIRMED_MS, liveSession } from './sessions';
import { sessionIdIn } from './token';
import type { Principal } from './types';

/** What tells who calls. */
type Caller = Pick<Request, 'method' | 'headers'>;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @throws notSignedIn, originRefused, rateLimit */
export async function authenticate(request: Caller): Promise<Principal> {
  return principalOf(await control(), request);
}

export async function principalOf(on: Control, request: Caller): Promise<Principal> {
  const authorization = request.headers.get('authorization');
  if (authorization) return programPrincipal(on, authorization, request.headers);
  if (!SAFE.has(request.method) && fromBrowser(request)) requireOwnPage(request, on);
  const principal = await cookiePrincipal(on, request.headers);
  if (!principal) throw new RequestError('notSignedIn', 'there is no session');
  return principal;
}

/** Without a cookie there is no session to misuse: a program that brought no credentials is asked for them. */
function fromBrowser({ headers }: Caller): boolean {
  return headers.has('cookie') || headers.has('origin');
}

/** For what only the person may do: an app password reaches mail (security.md S22). @throws forbidden */
export async function authenticatePerson(request: Caller): Promise<Principal> {
  const principal = await authenticate(request);
  if (principal.mailOnly) throw new RequestError('forbidden', 'an app password reaches mail only');
  return principal;
}

/** For server components; null sends to the sign-in page. */
export async function pagePrincipal(): Promise<Principal | null> {
  return cookiePrincipal(await control(), await pageHeaders());
}

/** @throws originRefused */
export function requireOwnPage(request: Caller, { config }: Pick<Control, 'config'>): void {
  const origin = request.headers.get('origin');
  if (origin !== config.baseUrl.origin || request.headers.get('x-gatepost') !== '1') {
    throw new RequestError('originRefused', 'not a request of our own page');
  }
}

/** Calls the listener once when the caller's session or app password ends; returns how to stop listening. */
export async function onRevoked(principal: Principal, listener: () => void): Promise<() => void> {
  const { db } = await control();
  return revocations().listen(db, principal.sessionId, listener);
}

/** The password was typed within the last five minutes (security.md S22). @throws confirmationNeeded */
export async function requireConfirmed(principal: Principal): Promise<void> {
  if (principal.via !== 'cookie') return;
  const { db } = await control();
  const row = await db
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .select(['session.confirmed_at', 'account.kind'])
    .where('session.id', '=', principal.sessionId)
    .executeTakeFirst();
  if (row?.kind !== 'demo' && (row?.confirmed_at ?? 0) < Date.now() - CONFIRMED_MS) {
    throw new RequestError('confirmationNeeded', 'the password is asked for again');
  }
}

async function cookiePrincipal(on: Control, headers: Headers): Promise<Principal | null> {
  const id = await sessionIdIn(headers.get('cookie') ?? '', on.config);
  const session = id && (await liveSession(on.db, id));
  if (!session) return null;
  return { userId: session.user_id, via: 'cookie', sessionId: session.id, username: session.address };
}
