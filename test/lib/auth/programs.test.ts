import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAccounts, secretOf } from '@/lib/account/records';
import { principalOf } from '@/lib/auth/authenticate';
import type { Control } from '@/lib/auth/control';
import { loadConfig } from '@/lib/config';
import { type Databases, openDatabases } from '@/lib/db/database';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';

const USERS = {
  'anna@example.org': 'secret',
  'boris@example.org': 'secret',
  'dora@example.org': 'secret',
  carla: 'secret',
};
let dovecot: DovecotServer;
let databases: Databases;
let dir: string;
let changed: string[];

beforeAll(async () => {
  dovecot = await startDovecot({ users: USERS });
  dir = await mkdtemp(join(tmpdir(), 'gatepost-programs-'));
  databases = await openDatabases({ dataDir: dir, databaseUrl: null });
});
afterAll(async () => {
  await databases.close();
  await dovecot.stop();
  await rm(dir, { recursive: true });
});

function fixed(env: Record<string, string> = {}): Control {
  changed = [];
  const config = loadConfig({
    DATA_DIR: dir,
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: 'smtps://localhost:1',
    TLS_CA_FILE: dovecot.tls.caFile,
    ...env,
  });
  const record = async (id: string) => void changed.push(id);
  return { config, db: databases.main, entered: () => undefined, changed: record, removed: record };
}

const basic = (user: string, password: string, method = 'POST') =>
  new Request('http://localhost:3000/jmap/api', {
    method,
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
  });
const logins = async () => ((await dovecot.log()).match(/imap-login: Info: Login:/g) ?? []).length;

describe('Basic with the mail login, in fixed-server mode', () => {
  test('makes the user at the first time and finds it afterwards; no Origin is asked for', async () => {
    const on = fixed();
    const first = await principalOf(on, basic('anna@example.org', 'secret'));
    expect(first).toMatchObject({ via: 'basic', username: 'anna@example.org' });
    expect(first.mailOnly).toBeUndefined();
    expect((await principalOf(on, basic('anna@example.org', 'secret'))).userId).toBe(first.userId);
    const [account] = await listAccounts(databases.main, first.userId);
    expect(account).toMatchObject({
      kind: 'imap',
      incoming: { host: 'localhost', user: 'anna@example.org' },
    });
  });

  test('S25 a verified login is remembered for a while: the mail server is asked once', async () => {
    const on = fixed();
    const before = await logins();
    await Promise.all(
      Array.from({ length: 10 }, () => principalOf(on, basic('boris@example.org', 'secret'))),
    );
    await principalOf(on, basic('boris@example.org', 'secret'));
    expect((await logins()) - before).toBe(1);
  });

  test('a wrong password is not signed in, and is never remembered', async () => {
    const on = fixed();
    const wrong = principalOf(on, basic('boris@example.org', 'wrong'));
    await expect(wrong).rejects.toMatchObject({ code: 'notSignedIn' });
    await expect(principalOf(on, basic('nobody@example.org', 'x'))).rejects.toMatchObject({
      code: 'notSignedIn',
    });
  });

  test('S25 guessing is slowed down', async () => {
    const on = fixed();
    const results = await Promise.allSettled(
      Array.from({ length: 7 }, (_, n) => principalOf(on, basic('slow@example.org', `guess${n}`))),
    );
    const codes = results.map((one) => (one.status === 'rejected' ? one.reason.code : 'in'));
    expect(codes.filter((code) => code === 'rateLimit').length).toBeGreaterThanOrEqual(2);
    expect(codes).not.toContain('in');
  });

  test('a bare name gets MAIL_DOMAIN, or is the login itself', async () => {
    const withDomain = await principalOf(fixed({ MAIL_DOMAIN: 'example.org' }), basic('anna', 'secret'));
    expect(withDomain.username).toBe('anna@example.org');
    expect((await principalOf(fixed(), basic('carla', 'secret'))).username).toBe('carla@localhost');
  });

  test('a new password at the provider replaces the stored one and wakes the account', async () => {
    const on = fixed();
    const { userId } = await principalOf(on, basic('anna@example.org', 'secret'));
    await dovecot.setPassword('anna@example.org', 'new');
    expect((await principalOf(on, basic('anna@example.org', 'new'))).userId).toBe(userId);
    const [account] = await listAccounts(databases.main, userId);
    expect(await secretOf(databases.main, on.config, account?.id ?? '')).toEqual({ password: 'new' });
    expect(changed).toEqual([account?.id]);
  });

  test('says that the server is away, not that the password is wrong', async () => {
    const on = fixed({ MAIL_IMAP: 'imaps://localhost:1' });
    await expect(principalOf(on, basic('dora@example.org', 'secret'))).rejects.toMatchObject({
      code: 'connectionRefused',
    });
  });

  test('with MAIL_POP3 alone the account is a POP3 account', async () => {
    const on = fixed({ MAIL_IMAP: '', MAIL_POP3: `pop3s://localhost:${dovecot.ports.pop3s}` });
    const { userId } = await principalOf(on, basic('dora@example.org', 'secret'));
    expect((await listAccounts(databases.main, userId))[0]?.kind).toBe('pop3');
  });
});

test('without named servers Basic takes app passwords only: nobody is a relay for guessing', async () => {
  const on = fixed({ MAIL_IMAP: '', MAIL_SMTP: '' });
  const before = await logins();
  await expect(principalOf(on, basic('anna@example.org', 'new'))).rejects.toMatchObject({
    code: 'notSignedIn',
  });
  expect(await logins()).toBe(before);
});

test.each(['', 'Basic', 'Basic !!!', 'Bearer', 'Bearer gp_0', 'Digest x', `Basic ${'A'.repeat(9_000)}`])(
  'nonsense in Authorization is not signed in (%#)',
  async (authorization) => {
    const request = new Request('http://localhost:3000/', { headers: { authorization } });
    await expect(principalOf(fixed(), request)).rejects.toMatchObject({ code: 'notSignedIn' });
  },
);
