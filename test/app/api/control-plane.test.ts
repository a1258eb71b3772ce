import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as accountCheck from '@/app/api/accounts/[id]/check/route';
import * as account from '@/app/api/accounts/[id]/route';
import * as sender from '@/app/api/accounts/[id]/senders/[sender]/route';
import * as senders from '@/app/api/accounts/[id]/senders/route';
import * as accounts from '@/app/api/accounts/route';
import * as appPassword from '@/app/api/app-passwords/[id]/route';
import * as appPasswords from '@/app/api/app-passwords/route';
import * as activity from '@/app/api/audit/route';
import * as discovery from '@/app/api/discovery/route';
import * as health from '@/app/api/health/route';
import * as images from '@/app/api/images/route';
import * as metrics from '@/app/api/metrics/route';
import * as moves from '@/app/api/moves/route';
import * as session from '@/app/api/sessions/[id]/route';
import * as confirm from '@/app/api/sessions/current/confirm/route';
import * as sessions from '@/app/api/sessions/route';
import * as settings from '@/app/api/settings/route';
import * as check from '@/app/api/sign-in/check/route';
import * as signIn from '@/app/api/sign-in/route';
import { getAccount } from '@/lib/account/records';
import { runtime } from '@/lib/account/runtime';
import { control } from '@/lib/auth/control';
import { authOptions } from '@/lib/auth/next-auth';
import { createSession } from '@/lib/auth/sessions';
import { redeemTicket } from '@/lib/auth/tickets';
import { cookieName, tokenSecret } from '@/lib/auth/token';
import type { Servers } from '@/lib/discovery/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type Submission, startSubmission } from '@/test/servers/submission';

const ORIGIN = 'http://localhost:3000';
const USERS = {
  'anna@example.org': 'secret',
  'boris@example.org': 'secret',
  'carla@example.org': 'secret',
  'late@example.org': 'secret',
  'twice@example.org': 'secret',
  'work@example.org': 'secret',
};
let dovecot: DovecotServer;
let smtp: Submission;
let dir: string;

beforeAll(async () => {
  dovecot = await startDovecot({ users: USERS });
  smtp = await startSubmission(dovecot, USERS);
  dir = await mkdtemp(join(tmpdir(), 'gatepost-api-'));
  Object.assign(process.env, {
    BASE_URL: ORIGIN,
    DATA_DIR: dir,
    ALLOW_HOSTS: 'localhost',
    TLS_CA_FILE: dovecot.tls.caFile,
    LOG_LEVEL: 'silent',
  });
  await runtime();
});
afterAll(async () => {
  await (await runtime()).stop();
  await smtp.stop();
  await dovecot.stop();
  await rm(dir, { recursive: true });
});

/** Refused before anybody looks at it. */
const ANYBODY = { address: 'anna@example.org', password: 'secret' };

type Handler<C> = (request: Request, context: C) => Promise<Response>;
interface Call {
  method?: string;
  cookie?: string;
  body?: unknown;
  headers?: Record<string, string>;
  path?: string;
}

function requestOf({ method = 'GET', cookie, body, headers = {}, path = '/' }: Call): Request {
  const own: Record<string, string> = method === 'GET' ? {} : { origin: ORIGIN, 'x-gatepost': '1' };
  return new Request(ORIGIN + path, {
    method,
    headers: { ...own, ...(cookie ? { cookie } : {}), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function call(handler: Handler<unknown>, request: Call) {
  const response = await handler(requestOf(request), {});
  return {
    status: response.status,
    headers: response.headers,
    body: response.status === 204 ? null : await response.json(),
  };
}

async function callWith(handler: Handler<{ params: Promise<{ id: string }> }>, id: string, request: Call) {
  const response = await handler(requestOf(request), { params: Promise.resolve({ id }) });
  return {
    status: response.status,
    headers: response.headers,
    body: response.status === 204 ? null : await response.json(),
  };
}

function servers(user: string): Servers {
  return {
    kind: 'imap',
    incoming: { host: 'localhost', port: dovecot.ports.imaps, security: 'tls', user },
    outgoing: { host: 'localhost', port: smtp.port, security: 'tls', user },
  };
}

const credentials = (address: string, password = 'secret') => ({
  address,
  password,
  servers: servers(address),
});

/** What next-auth does with a ticket. */
async function signedIn(address: string): Promise<{ cookie: string; sessionId: string }> {
  const { config, databases } = await runtime();
  const { body } = await call(check.POST, { method: 'POST', body: credentials(address) });
  const id = await redeemTicket(databases.main, body.ticket);
  const sid = await createSession(databases.main, await getAccount(databases.main, id ?? ''), 'Test');
  const token = await encode({ token: { sid }, secret: tokenSecret(config) });
  return { cookie: `${cookieName(config, 'session')}=${token}`, sessionId: sid };
}

describe('sign-in', () => {
  test('the page learns what to ask for', async () => {
    expect((await call(signIn.GET, {})).body).toEqual({ fixed: false, demo: true, mailDomain: null });
  });

  test('a good sign-in gives a ticket and all steps, and never the password', async () => {
    const { status, body } = await call(check.POST, {
      method: 'POST',
      body: credentials('anna@example.org'),
    });
    expect(status).toBe(200);
    expect(body.steps).toHaveLength(10);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  test('a refused one is a problem with the failed step, in the language of the browser', async () => {
    const wrong = { method: 'POST', body: credentials('anna@example.org', 'wrong') };
    const { status, headers, body } = await call(check.POST, {
      ...wrong,
      headers: { 'accept-language': 'ru' },
    });
    expect(status).toBe(422);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(body).toMatchObject({
      type: 'urn:gatepost:error:wrongPassword',
      code: 'wrongPassword',
      status: 422,
      params: { host: 'localhost' },
    });
    expect(body.title).toMatch(/парол/);
    expect(body.steps.filter((step: { state: string }) => step.state === 'failed')).toHaveLength(1);
  });

  test('a stranger gets the same user for the same login only (decision 8)', async () => {
    const { databases } = await runtime();
    const first = await redeemTicket(
      databases.main,
      (await call(check.POST, { method: 'POST', body: credentials('anna@example.org') })).body.ticket,
    );
    const again = await redeemTicket(
      databases.main,
      (await call(check.POST, { method: 'POST', body: credentials('anna@example.org') })).body.ticket,
    );
    expect(again).toBe(first);
    const other = { ...credentials('carla@example.org'), address: 'anna@example.org' };
    const stranger = await redeemTicket(
      databases.main,
      (await call(check.POST, { method: 'POST', body: other })).body.ticket,
    );
    expect(stranger).not.toBe(first);
    const [a, b] = await Promise.all([
      getAccount(databases.main, first ?? ''),
      getAccount(databases.main, stranger ?? ''),
    ]);
    expect(a.userId).not.toBe(b.userId);
  });

  test('two first sign-ins at once make one user', async () => {
    const { databases } = await runtime();
    const both = [1, 2, 3].map(() =>
      call(check.POST, { method: 'POST', body: credentials('twice@example.org') }),
    );
    const ids = (await Promise.all(both)).map(({ body }) => redeemTicket(databases.main, body.ticket));
    expect(new Set(await Promise.all(ids)).size).toBe(1);
  });

  test('the demo mailbox has no servers', async () => {
    const { body } = await call(check.POST, { method: 'POST', body: { demo: true } });
    const { databases } = await runtime();
    const id = await redeemTicket(databases.main, body.ticket);
    expect(await getAccount(databases.main, id ?? '')).toMatchObject({ kind: 'demo', incoming: null });
  });

  test.each([
    { address: 'anna@example.org' },
    { address: 'anna@example.org', password: '' },
    { address: 'anna@example.org', password: 'x', servers: { kind: 'imap' } },
    { ...ANYBODY, extra: 1 },
    { ...ANYBODY, address: 'a\r\nLOGOUT' },
    'text',
    null,
  ])('S16 a body that is not as documented is refused (case %#)', async (body) => {
    expect(await call(check.POST, { method: 'POST', body })).toMatchObject({
      status: 400,
      body: { code: 'invalidArguments' },
    });
  });

  test('discovery answers for a preset', async () => {
    const { status, body } = await call(discovery.POST, { method: 'POST', body: { address: 'x@gmail.com' } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      address: 'x@gmail.com',
      provider: { id: 'gmail' },
      servers: [{ confirmed: true }, {}],
    });
  });
});

describe('S19 S20 every route', () => {
  const open: [string, string, Handler<never>, Call][] = [
    ['GET', 'accounts', accounts.GET, {}],
    ['POST', 'accounts', accounts.POST, { method: 'POST', body: ANYBODY }],
    ['GET', 'account', account.GET, {}],
    ['PATCH', 'account', account.PATCH, { method: 'PATCH', body: { name: 'x' } }],
    ['DELETE', 'account', account.DELETE, { method: 'DELETE' }],
    ['GET', 'sessions', sessions.GET, {}],
    ['DELETE', 'sessions', sessions.DELETE, { method: 'DELETE' }],
    ['DELETE', 'session', session.DELETE, { method: 'DELETE' }],
    ['POST', 'confirm', confirm.POST, { method: 'POST', body: { password: 'secret' } }],
    ['GET', 'app passwords', appPasswords.GET, {}],
    ['POST', 'app passwords', appPasswords.POST, { method: 'POST', body: { name: 'x' } }],
    ['DELETE', 'app password', appPassword.DELETE, { method: 'DELETE' }],
    ['GET', 'activity', activity.GET, {}],
    ['GET', 'settings', settings.GET, {}],
    ['PATCH', 'settings', settings.PATCH, { method: 'PATCH', body: {} }],
    ['GET', 'images', images.GET, {}],
    ['POST', 'images', images.POST, { method: 'POST', body: { urls: [] } }],
  ];
  const context = { params: Promise.resolve({ id: 'a0' }) } as never;

  test.each(open)('%s %s needs a session', async (_method, _name, handler, request) => {
    const response = await handler(requestOf(request), context);
    expect(response.status).toBe(401);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect((await response.json()).code).toBe('notSignedIn');
  });

  const changing: [string, string, Handler<never>, Call][] = [
    ...open.filter(([method]) => method !== 'GET'),
    ['POST', 'sign-in check', check.POST, { method: 'POST', body: ANYBODY }],
    ['POST', 'discovery', discovery.POST, { method: 'POST', body: { address: 'x@gmail.com' } }],
  ];
  test.each(changing)('%s %s is our own page only', async (_method, _name, handler, request) => {
    const { cookie } = await signedIn('anna@example.org');
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: '' },
      { 'x-gatepost': '0' },
    ];
    for (const headers of foreign) {
      const response = await handler(requestOf({ ...request, cookie, headers }), context);
      expect((await response.json()).code).toBe('originRefused');
      expect(response.status).toBe(403);
    }
  });
});

describe('accounts', () => {
  test('are listed, added, renamed, moved, and removed', async () => {
    const { cookie } = await signedIn('boris@example.org');
    const added = await call(accounts.POST, {
      method: 'POST',
      cookie,
      body: { ...credentials('work@example.org'), name: 'Work' },
    });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      address: 'work@example.org',
      name: 'Work',
      kind: 'imap',
      signIn: false,
      position: 1,
    });
    const twice = await call(accounts.POST, {
      method: 'POST',
      cookie,
      body: credentials('work@example.org'),
    });
    expect(twice).toMatchObject({ status: 409, body: { code: 'alreadyExists' } });
    const { id } = added.body;
    const patch = { position: 0, settings: { pop3: { markReadOnFetch: true } } };
    const patched = await callWith(account.PATCH, id, { method: 'PATCH', cookie, body: patch });
    expect(patched.body).toMatchObject({
      position: 0,
      settings: { pop3: { markReadOnFetch: true, leaveOnServer: true } },
    });
    const list = await call(accounts.GET, { cookie });
    expect(list.body.accounts.map((one: { address: string }) => one.address)).toEqual([
      'work@example.org',
      'boris@example.org',
    ]);
    expect(JSON.stringify(list.body)).not.toContain('secret');
    expect((await callWith(account.DELETE, id, { method: 'DELETE', cookie })).status).toBe(204);
    const [last] = (await call(accounts.GET, { cookie })).body.accounts;
    expect(await callWith(account.DELETE, last.id, { method: 'DELETE', cookie })).toMatchObject({
      status: 403,
    });
  });

  test('S24: a sender gets an outgoing server of its own when that one takes the password, and it is sealed', async () => {
    const { cookie } = await signedIn('boris@example.org');
    const { databases, identities, senderServers } = await runtime();
    const [own] = (await call(accounts.GET, { cookie })).body.accounts;
    const [first] = await identities.list(await getAccount(databases.main, own.id));
    const before = await identities.state(own.id);
    const at = { id: own.id, sender: first?.id ?? '' };
    const ask = async (method: 'PUT' | 'DELETE', body?: unknown, who = cookie) => {
      const params = Promise.resolve(at);
      const handle = method === 'PUT' ? sender.PUT : sender.DELETE;
      const response = await handle(requestOf({ method, cookie: who, body }), { params });
      return { status: response.status, body: response.status === 204 ? null : await response.json() };
    };
    const { outgoing } = servers('anna@example.org');
    const wrong = await ask('PUT', { outgoing, password: 'wrong' });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'wrongPassword' } });
    expect(wrong.body.steps).toHaveLength(5);
    expect(await senderServers.find(at.id, at.sender)).toBeNull();
    expect(await ask('PUT', { outgoing, password: 'secret' })).toMatchObject({ status: 204 });
    expect(await senderServers.find(at.id, at.sender)).toEqual({
      server: outgoing,
      secret: { password: 'secret' },
    });
    expect(await identities.state(own.id)).not.toBe(before);
    const rows = await databases.main.selectFrom('sender_server').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('secret');
    const made = await callWith(senders.POST, at.id, {
      method: 'POST',
      cookie,
      body: { name: 'Shop', email: 'shop@elsewhere.example', outgoing, password: 'secret' },
    });
    expect(made).toMatchObject({ status: 201, body: { id: expect.any(String) } });
    expect((await senderServers.list(at.id)).get(made.body.id)).toEqual(outgoing);
    const other = await signedIn('anna@example.org');
    expect(await ask('DELETE', undefined, other.cookie)).toMatchObject({ status: 404 });
    expect(await ask('DELETE')).toMatchObject({ status: 204 });
    expect(await senderServers.find(at.id, at.sender)).toBeNull();
  });

  test('S25: a sender gets no outgoing server that SIGN_IN does not name', async () => {
    const { cookie } = await signedIn('boris@example.org');
    const { config } = await runtime();
    const [{ id }] = (await call(accounts.GET, { cookie })).body.accounts;
    const { outgoing } = servers('anna@example.org');
    const body = { name: 'Shop', email: 'shop@else.example', outgoing, password: 'secret' };
    const add = () => callWith(senders.POST, id, { method: 'POST', cookie, body });
    const was = config.signIn;
    try {
      config.signIn = ['mail.example.com'];
      expect(await add()).toMatchObject({ status: 403, body: { code: 'signInNotAllowed' } });
      config.signIn = [outgoing.host];
      expect((await add()).status).toBe(201);
    } finally {
      config.signIn = was;
    }
  });

  test('S19 of somebody else are not there', async () => {
    const [anna, boris] = [await signedIn('anna@example.org'), await signedIn('boris@example.org')];
    const [own] = (await call(accounts.GET, { cookie: anna.cookie })).body.accounts;
    for (const [handler, request] of [
      [account.GET, {}],
      [account.PATCH, { method: 'PATCH', body: { name: 'mine' } }],
      [account.DELETE, { method: 'DELETE' }],
    ] as const) {
      const refused = await callWith(handler, own.id, { ...request, cookie: boris.cookie });
      expect(refused).toMatchObject({ status: 404, body: { code: 'notFound' } });
    }
  });

  test('S19, R22: a check signs in with the stored password, step by step, and not as often as one likes', async () => {
    const { cookie } = await signedIn('work@example.org');
    const { body } = await call(accounts.GET, { cookie });
    const { id } = body.accounts[0];
    const ask = (as: string) => callWith(accountCheck.POST, id, { method: 'POST', cookie: as });
    const good = await ask(cookie);
    expect(good.body.steps.map(({ step, state }: Record<string, string>) => `${step} ${state}`)).toEqual(
      [...Array(2)].flatMap(() => ['find ok', 'connect ok', 'tls ok', 'greet ok', 'signIn ok']),
    );
    expect((await ask((await signedIn('carla@example.org')).cookie)).status).toBe(404);
    const again: number[] = [];
    for (let n = 0; n < 6; n += 1) again.push((await ask(cookie)).status);
    expect(again).toEqual([200, 200, 200, 200, 200, 429]);
  });

  test('a new password is tried before it is kept', async () => {
    const { cookie } = await signedIn('anna@example.org');
    const [own] = (await call(accounts.GET, { cookie })).body.accounts;
    const refused = await callWith(account.PATCH, own.id, {
      method: 'PATCH',
      cookie,
      body: { password: 'wrong' },
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'wrongPassword', steps: expect.any(Array) } });
    expect(
      (await callWith(account.PATCH, own.id, { method: 'PATCH', cookie, body: { password: 'secret' } }))
        .status,
    ).toBe(200);
  });
});

describe('sessions', () => {
  test('are listed with the own one marked; signing out clears the browser', async () => {
    const one = await signedIn('anna@example.org');
    const two = await signedIn('anna@example.org');
    const list = (await call(sessions.GET, { cookie: one.cookie })).body.sessions;
    expect(list.find((each: { current: boolean }) => each.current).id).toBe(one.sessionId);
    expect(
      (await callWith(session.DELETE, two.sessionId, { method: 'DELETE', cookie: one.cookie })).status,
    ).toBe(204);
    expect((await call(sessions.GET, { cookie: two.cookie })).status).toBe(401);
    const out = await callWith(session.DELETE, 'current', { method: 'DELETE', cookie: one.cookie });
    expect(out.headers.get('clear-site-data')).toContain('storage');
    expect(out.headers.get('set-cookie')).toMatch(/Max-Age=0/);
    expect((await call(sessions.GET, { cookie: one.cookie })).status).toBe(401);
  });

  test('S22 after five minutes what would outlive a theft asks for the password', async () => {
    const { databases } = await runtime();
    const { cookie, sessionId } = await signedIn('anna@example.org');
    await databases.main
      .updateTable('session')
      .set({ confirmed_at: Date.now() - 300_001 })
      .where('id', '=', sessionId)
      .execute();
    const create = () => call(appPasswords.POST, { method: 'POST', cookie, body: { name: 'Phone' } });
    expect(await create()).toMatchObject({ status: 403, body: { code: 'confirmationNeeded' } });
    const wrong = await call(confirm.POST, { method: 'POST', cookie, body: { password: 'wrong' } });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'wrongPassword' } });
    expect((await call(confirm.POST, { method: 'POST', cookie, body: { password: 'secret' } })).status).toBe(
      204,
    );
    expect((await create()).status).toBe(201);
  });

  test('S22 mail is not sent on to another account, for good or once, by who only has the session', async () => {
    const { databases } = await runtime();
    const { cookie, sessionId } = await signedIn('anna@example.org');
    const [{ id }] = (await call(accounts.GET, { cookie })).body.accounts;
    await databases.main
      .updateTable('session')
      .set({ confirmed_at: Date.now() - 300_001 })
      .where('id', '=', sessionId)
      .execute();
    const refused = { status: 403, body: { code: 'confirmationNeeded' } };
    const to = { method: 'POST', cookie, body: { from: id, to: id, everyMinutes: 15 } };
    expect(await call(moves.POST, to)).toMatchObject(refused);
    const target = (targetAccountId: string | null) => ({
      ...{ method: 'PATCH', cookie, body: { settings: { pop3: { targetAccountId } } } },
    });
    expect(await callWith(account.PATCH, id, target('a1'))).toMatchObject(refused);
    expect((await callWith(account.PATCH, id, target(null))).status).toBe(200);
  });

  test('S25 wrong confirmations of one person keep nobody else from theirs', async () => {
    const [anna, boris] = [await signedIn('anna@example.org'), await signedIn('boris@example.org')];
    const from = (n: number) => ({ 'x-gatepost-peer': `192.0.2.${n}` });
    for (let n = 0; n <= 100; n += 1) {
      const wrong = { method: 'POST', cookie: boris.cookie, body: { password: 'wrong' }, headers: from(n) };
      await call(confirm.POST, wrong);
    }
    const right = { method: 'POST', cookie: anna.cookie, body: { password: 'secret' }, headers: from(200) };
    expect((await call(confirm.POST, right)).status).toBe(204);
  });

  test('S25 the provider of next-auth gives no more demo mailboxes than the page', async () => {
    const [provider] = authOptions(await control()).providers;
    const options = provider?.options as
      | { authorize(fields: object, request: object): Promise<{ id: string } | null> }
      | undefined;
    const demo = async () =>
      options?.authorize({ demo: 'true' }, { headers: { 'x-gatepost-peer': '192.0.2.250' } });
    for (let n = 0; n < 20; n += 1) expect(await demo()).not.toBeNull();
    await expect(demo()).rejects.toThrow('rateLimit');
  });
});

describe('app passwords', () => {
  test('reach the accounts, but nothing that would outlive them (S22), and end when revoked', async () => {
    const { cookie } = await signedIn('anna@example.org');
    const { body } = await call(appPasswords.POST, { method: 'POST', cookie, body: { name: 'Phone' } });
    const basic = (user: string) => ({
      authorization: `Basic ${Buffer.from(`${user}:${body.password}`).toString('base64')}`,
    });
    for (const headers of [{ authorization: `Bearer ${body.password}` }, basic('anna@example.org')]) {
      expect((await call(accounts.GET, { headers })).status).toBe(200);
      expect(await call(appPasswords.GET, { headers })).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
      expect((await call(sessions.GET, { headers })).status).toBe(403);
    }
    expect((await call(accounts.GET, { headers: basic('boris@example.org') })).status).toBe(401);
    const listed = (await call(appPasswords.GET, { cookie })).body.appPasswords.find(
      (one: { id: string }) => one.id === body.id,
    );
    expect(listed.lastUsedAt).not.toBeNull();
    await callWith(appPassword.DELETE, body.id, { method: 'DELETE', cookie });
    expect((await call(accounts.GET, { headers: basic('anna@example.org') })).status).toBe(401);
  });
});

describe('S22 activity', () => {
  test('what would outlive a break-in is told to the owner by mail, in the language of the owner', async () => {
    const { cookie } = await signedIn('work@example.org');
    await call(settings.PATCH, { method: 'PATCH', cookie, body: { language: 'ru' } });
    await call(appPasswords.POST, { method: 'POST', cookie, body: { name: 'Phone “x”' } });
    await vi.waitFor(
      async () => {
        const mail = await dovecot.doveadm('fetch', '-u', 'work@example.org', 'text', 'mailbox', 'INBOX');
        const [head = '', body = ''] = mail.split(/\r?\n\r?\n/);
        const text = Buffer.from(body, 'base64').toString();
        expect(head).toMatch(/Auto-Submitted: auto-generated/);
        expect(text).toContain('«Phone “x”»');
        expect(text).toContain('http://localhost:3000/settings');
      },
      { timeout: 15_000, interval: 100 },
    );
  });

  test('that mail goes on to another account is told and kept, for what is copied and what is collected', async () => {
    const { cookie } = await signedIn('carla@example.org');
    const [own] = (await call(accounts.GET, { cookie })).body.accounts;
    const second = { address: 'late@example.org', password: 'secret', servers: servers('late@example.org') };
    const other = (await call(accounts.POST, { method: 'POST', cookie, body: second })).body;
    const settingsOf = { pop3: { targetAccountId: other.id } };
    const collected = { method: 'PATCH', cookie, body: { settings: settingsOf } };
    expect((await callWith(account.PATCH, own.id, collected)).status).toBe(200);
    const copied = { from: other.id, to: own.id, everyMinutes: 15 };
    expect((await call(moves.POST, { method: 'POST', cookie, body: copied })).status).toBe(201);
    const { events } = (await call(activity.GET, { cookie })).body;
    expect(events.slice(0, 2)).toMatchObject([
      { event: 'forwarding-changed', accountId: other.id },
      { event: 'forwarding-changed', accountId: own.id },
    ]);
    await vi.waitFor(
      async () => {
        for (const user of ['carla@example.org', 'late@example.org'])
          expect(
            await dovecot.doveadm('fetch', '-u', user, 'hdr', 'mailbox', 'INBOX', 'subject', 'another'),
          ).toContain('auto-generated');
      },
      { timeout: 15_000, interval: 100 },
    );
  });

  test('tells the owner what was done, the latest first, and nobody else', async () => {
    const { cookie } = await signedIn('carla@example.org');
    const { body } = await call(appPasswords.POST, { method: 'POST', cookie, body: { name: 'Tablet' } });
    await callWith(appPassword.DELETE, body.id, { method: 'DELETE', cookie });
    const { events } = (await call(activity.GET, { cookie })).body;
    expect(events.slice(0, 2)).toMatchObject([
      { event: 'app-password-revoked' },
      { event: 'app-password-created', name: 'Tablet' },
    ]);
    expect(JSON.stringify(events)).not.toContain(body.password);
    const headers = { authorization: `Bearer ${body.password}` };
    expect((await call(activity.GET, { headers })).status).toBe(401);
    const other = await signedIn('boris@example.org');
    expect(JSON.stringify((await call(activity.GET, { cookie: other.cookie })).body)).not.toContain('Tablet');
  });
});

describe('metrics', () => {
  const ask = async (headers: Record<string, string> = {}) => metrics.GET(requestOf({ headers }), {});

  test('are numbers for Prometheus, with no names in them (S33)', async () => {
    const text = await (await ask()).text();
    expect(text).toMatch(
      /^# TYPE gatepost_resident_memory_bytes gauge\ngatepost_resident_memory_bytes \d+$/m,
    );
    expect(text).toMatch(/^gatepost_users \d+$/m);
    expect(text).not.toContain('example.org');
  });

  test('are told to nobody but the bearer of METRICS_TOKEN when it is set or the server is public', async () => {
    const { config } = await runtime();
    const was = { ...config };
    try {
      config.metricsToken = 'a token of some length';
      expect((await ask()).status).toBe(401);
      expect((await ask({ authorization: 'Bearer another token' })).status).toBe(401);
      expect((await ask({ authorization: 'Bearer a token of some length' })).status).toBe(401);
      config.metricsToken = 'a-token-of-some-length';
      expect((await ask({ authorization: 'Bearer a-token-of-some-length' })).status).toBe(200);
      Object.assign(config, { metricsToken: null, baseUrl: new URL('https://mail.example.org') });
      expect((await ask()).status).toBe(401);
    } finally {
      Object.assign(config, was);
    }
  });
});

describe('settings', () => {
  test('have defaults, merge, and go back to the default', async () => {
    const { cookie } = await signedIn('anna@example.org');
    const change = (body: object) => call(settings.PATCH, { method: 'PATCH', cookie, body });
    await change({ theme: 'dark', trustedSenders: ['News@Example.org'] });
    expect((await change({ theme: null })).body).toMatchObject({
      theme: 'system',
      trustedSenders: ['news@example.org'],
    });
    expect(await change({ theme: 'pink' })).toMatchObject({
      status: 400,
      body: { params: { properties: 'theme' } },
    });
    expect(await change({ colour: 'red' })).toMatchObject({ status: 400 });
  });

  test('that two tabs change at once are both kept', async () => {
    const { cookie } = await signedIn('anna@example.org');
    const change = (body: object) => call(settings.PATCH, { method: 'PATCH', cookie, body });
    await Promise.all([change({ theme: 'dark' }), change({ density: 'dense' }), change({ language: 'ru' })]);
    expect((await call(settings.GET, { cookie })).body).toMatchObject({
      ...{ theme: 'dark', density: 'dense', language: 'ru' },
    });
    await change({ theme: null, density: null, language: null });
  });
});

describe('S9 remote images', () => {
  test('are only fetched by a link that we made, for the user it was made for', async () => {
    const [anna, boris] = [await signedIn('anna@example.org'), await signedIn('boris@example.org')];
    const urls = ['https://img.example.invalid/a.png', 'javascript:alert(1)', 'cid:x', 'file:///etc/passwd'];
    const { body } = await call(images.POST, { method: 'POST', cookie: anna.cookie, body: { urls } });
    expect(Object.keys(body.urls)).toEqual([urls[0]]);
    const path = body.urls[urls[0] ?? ''];
    expect(await call(images.GET, { cookie: anna.cookie, path })).toMatchObject({
      body: { code: 'hostNotFound' },
    });
    expect(await call(images.GET, { cookie: boris.cookie, path })).toMatchObject({ status: 403 });
    const forged = path.replace('img.example', 'evil.example');
    expect(await call(images.GET, { cookie: anna.cookie, path: forged })).toMatchObject({ status: 403 });
  });
});

test('health says that the database answers', async () => {
  expect(await call(health.GET, {})).toMatchObject({ status: 200, body: { status: 'ok' } });
});

test('who has signed in before gets in while the submission server is away, a newcomer does not', async () => {
  const address = 'anna@example.org';
  expect((await call(check.POST, { method: 'POST', body: credentials(address) })).status).toBe(200);
  const { port } = smtp;
  await smtp.stop();
  const again = await call(check.POST, { method: 'POST', body: credentials(address) });
  expect(again.status).toBe(200);
  expect(again.body.steps.find((step: { state: string }) => step.state === 'failed')).toMatchObject({
    server: 'outgoing',
    port,
  });
  const newcomer = await call(check.POST, { method: 'POST', body: credentials('late@example.org') });
  expect(newcomer).toMatchObject({ status: 422, body: { code: 'connectionRefused' } });
  smtp = await startSubmission(dovecot, USERS);
});

test('an open session works on while the mail server is down', async () => {
  const { cookie } = await signedIn('anna@example.org');
  await dovecot.kill();
  expect((await call(accounts.GET, { cookie })).status).toBe(200);
  expect((await call(settings.GET, { cookie })).status).toBe(200);
  const refused = await call(check.POST, { method: 'POST', body: credentials('anna@example.org') });
  expect(refused).toMatchObject({
    status: 422,
    body: { code: 'connectionRefused', params: { host: 'localhost' } },
  });
  await dovecot.start();
});
