/** next-auth: hands out the cookie for a sign-in that was checked; everything that can be revoked is in our own rows. */
import type { NextAuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { getAccount } from '@/lib/account/records';
import { MailError } from '@/lib/errors';
import { errorFields, log } from '@/lib/log';
import { clientAddress } from '@/lib/net/peer';
import { audit } from './audit';
import type { Control } from './control';
import { enterRequest } from './rate-limit';
import { revocations } from './revocation';
import { serversIn } from './servers-input';
import { createSession, MAX_USER_AGENT } from './sessions';
import { admit, admitDemo, checkCredentials } from './sign-in';
import { redeemTicket } from './tickets';
import { ABSOLUTE_MS, cookieName, isSecure, tokenSecret } from './token';

type Fields = Record<'ticket' | 'demo' | 'address' | 'password' | 'servers', string> | undefined;

export function authOptions(on: Control): NextAuthOptions {
  const seconds = ABSOLUTE_MS / 1000;
  const cookie = (name: 'session' | 'csrf' | 'callback') => ({
    name: cookieName(on.config, name),
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure: isSecure(on.config) },
  });
  return {
    secret: tokenSecret(on.config),
    session: { strategy: 'jwt', maxAge: seconds },
    jwt: { maxAge: seconds },
    cookies: { sessionToken: cookie('session'), csrfToken: cookie('csrf'), callbackUrl: cookie('callback') },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    providers: [
      CredentialsProvider({
        credentials: { ticket: {}, demo: {}, address: {}, password: {}, servers: {} },
        authorize: (fields, request) => authorize(on, fields, new Headers(request.headers)),
      }),
    ],
    callbacks: {
      // The cookie holds the id of the session row and nothing else.
      jwt: ({ token, user }) => (user ? { sid: user.id } : { sid: token.sid }),
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url }) => relative(url, on.config.baseUrl),
    },
    events: {
      signOut: ({ token }) => signedOut(on, token.sid),
    },
    logger: {
      error: (code) => log.warn('auth.error', { code }),
      warn: (code) => log.debug('auth.warning', { code }),
    },
  };
}

async function authorize(on: Control, fields: Fields, headers: Headers): Promise<{ id: string } | null> {
  try {
    const account = await accountFor(on, fields, headers);
    if (!account) return null;
    const userAgent = headers.get('user-agent') ?? '';
    await audit(on.db, account.userId, 'signed-in', {
      accountId: account.id,
      userAgent: userAgent.slice(0, MAX_USER_AGENT),
    });
    return { id: await createSession(on.db, account, userAgent) };
  } catch (error) {
    // next-auth shows the message to the caller: the code, nothing else.
    if (error instanceof MailError) throw new Error(error.code);
    log.error('auth.sign-in-failed', errorFields(error));
    throw new Error('serverFail');
  }
}

async function accountFor(on: Control, fields: Fields, headers: Headers) {
  if (fields?.ticket) {
    const id = await redeemTicket(on.db, fields.ticket);
    return id ? getAccount(on.db, id) : null;
  }
  const client = clientAddress(headers, on.config);
  if (fields?.demo) {
    await enterRequest(on.db, on.config, 'demo', client);
    return admitDemo(on);
  }
  if (!fields?.address || !fields.password) return null;
  const { address, password } = fields;
  const servers = fields.servers ? serversIn(JSON.parse(fields.servers)) : undefined;
  const credentials = { address, password, ...(servers ? { servers } : {}) };
  return admit(on, await checkCredentials(on, credentials, client), password);
}

async function signedOut({ db }: Control, sid: unknown): Promise<void> {
  if (typeof sid !== 'string') return;
  const ended = await db.deleteFrom('session').where('id', '=', sid).returning('user_id').executeTakeFirst();
  if (!ended) return;
  await audit(db, ended.user_id, 'signed-out');
  await revocations().check(db);
}

/** Only paths of our own (security.md S29). */
function relative(url: string, baseUrl: URL): string {
  const target = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : baseUrl;
  return target.origin === baseUrl.origin ? target.href : baseUrl.href;
}
