import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import * as records from '@/lib/account/records';
import type { Databases } from '@/lib/db/database';
import type { ServerLogin } from '@/lib/net/types';
import { onEachDatabase } from '@/test/lib/db/databases';

const keys = (...ids: string[]) => ({ secretKeys: ids.map((id) => ({ id, key: Buffer.alloc(32, id) })) });
const server = (host: string, user: string): ServerLogin => ({ host, port: 993, security: 'tls', user });

async function user(db: Databases['main']): Promise<string> {
  const id = randomBytes(4).toString('hex');
  await db.insertInto('user').values({ id, created_at: Date.now(), settings: '{}' }).execute();
  return id;
}

const account = (
  userId: string,
  login: string,
  part: Partial<records.NewAccount> = {},
): records.NewAccount => ({
  userId,
  address: login,
  kind: 'imap',
  incoming: server('imap.example.org', login),
  outgoing: server('smtp.example.org', login),
  password: 'secret',
  signIn: true,
  ...part,
});

onEachDatabase('account records', ({ open }) => {
  it('S24 keep the password sealed, and give it back', async () => {
    const { main } = await open();
    const { id } = await records.createAccount(
      main,
      keys('a'),
      account(await user(main), 'anna@example.org'),
    );
    expect(await records.secretOf(main, keys('a'), id)).toEqual({ password: 'secret' });
    const stored = await sql<Record<string, unknown>>`select * from credential`.execute(main);
    expect(JSON.stringify(stored.rows)).not.toContain('secret');
  });

  it('S24 are sealed anew with a new key while the old one is still known', async () => {
    const { main } = await open();
    const { id } = await records.createAccount(
      main,
      keys('a'),
      account(await user(main), 'anna@example.org'),
    );
    expect(await records.resealCredentials(main, keys('b'))).toBe(0);
    expect(await records.resealCredentials(main, keys('b', 'a'))).toBe(1);
    expect(await records.resealCredentials(main, keys('b', 'a'))).toBe(0);
    expect(await records.secretOf(main, keys('b'), id)).toEqual({ password: 'secret' });
    await expect(records.secretOf(main, keys('a'), id)).rejects.toMatchObject({ code: 'wrongPassword' });
  });

  it('belong to one user: for others they do not exist (S19)', async () => {
    const { main } = await open();
    const owner = await user(main);
    const { id } = await records.createAccount(main, keys('a'), account(owner, 'anna@example.org'));
    expect(await records.getOwnAccount(main, owner, id)).toMatchObject({ id, address: 'anna@example.org' });
    await expect(records.getOwnAccount(main, await user(main), id)).rejects.toMatchObject({
      code: 'notFound',
    });
    await expect(records.getOwnAccount(main, owner, 'a0')).rejects.toMatchObject({ code: 'notFound' });
  });

  it('are found by server and login, never by the address (decision 8)', async () => {
    const { main } = await open();
    const made = await records.createAccount(main, keys('a'), account(await user(main), 'anna@example.org'));
    const found = (host: string, login: string) => records.accountBySignIn(main, server(host, login));
    expect((await found('IMAP.example.org', 'anna@EXAMPLE.org'))?.id).toBe(made.id);
    expect(await found('imap.example.net', 'anna@example.org')).toBeNull();
    expect(await found('imap.example.org', 'Anna@example.org')).toBeNull();
  });

  it('are no way to sign in unless the user says so, and only for one user', async () => {
    const { main } = await open();
    const [one, two] = [await user(main), await user(main)];
    const a = await records.createAccount(
      main,
      keys('a'),
      account(one, 'anna@example.org', { signIn: false }),
    );
    const b = await records.createAccount(
      main,
      keys('a'),
      account(two, 'anna@example.org', { signIn: false }),
    );
    const incoming = server('imap.example.org', 'anna@example.org');
    expect(await records.accountBySignIn(main, incoming)).toBeNull();
    await records.updateAccount(main, keys('a'), a.id, { signIn: true });
    expect((await records.accountBySignIn(main, incoming))?.id).toBe(a.id);
    await expect(records.updateAccount(main, keys('a'), b.id, { signIn: true })).rejects.toMatchObject({
      code: 'alreadyExists',
    });
  });

  it('keep the order the user gives them', async () => {
    const { main } = await open();
    const owner = await user(main);
    const ids: string[] = [];
    for (const login of ['a@x.org', 'b@x.org', 'c@x.org']) {
      ids.push((await records.createAccount(main, keys('a'), account(owner, login, { signIn: false }))).id);
    }
    await records.moveAccount(main, owner, ids[2] ?? '', 0);
    expect((await records.listAccounts(main, owner)).map((one) => one.address)).toEqual([
      'c@x.org',
      'a@x.org',
      'b@x.org',
    ]);
    await expect(records.createAccount(main, keys('a'), account(owner, 'b@x.org'))).rejects.toMatchObject({
      code: 'alreadyExists',
    });
  });

  it('merge a part of the settings and refuse what is none', async () => {
    const { main } = await open();
    const { id, settings } = await records.createAccount(
      main,
      keys('a'),
      account(await user(main), 'a@x.org'),
    );
    const change = { settings: { pop3: { markReadOnFetch: true } } };
    const changed = await records.updateAccount(main, keys('a'), id, change);
    expect(changed.settings).toEqual({ ...settings, pop3: { ...settings.pop3, markReadOnFetch: true } });
    for (const bad of [{ pop3: { intervalMinutes: 1 } }, { colour: 'red' }, { pop3: 1 }, null]) {
      const refused = records.updateAccount(main, keys('a'), id, { settings: bad });
      await expect(refused).rejects.toMatchObject({ code: 'invalidArguments' });
    }
  });

  it('know every setting of collecting and of keeping, and the values that it can have', async () => {
    const { main } = await open();
    const { id } = await records.createAccount(main, keys('a'), account(await user(main), 'a@x.org'));
    const change = (settings: unknown) => records.updateAccount(main, keys('a'), id, { settings });
    const pop3 = {
      ...{ signInMethod: 'cram-md5', fetchOnOpening: false, intervalMinutes: 30 },
      ...{ firstRun: 'days', firstRunDays: 7, sessionMessages: 200, sessionMegabytes: 10 },
      ...{ leaveOnServer: false, deleteAfterDays: 14, deleteWhenTrashed: true, deleteWhenMoved: true },
      ...{ deleteWhenDestroyed: true, targetMailboxId: 'b1', tag: 'work', skipInbox: true },
      ...{ markReadOnFetch: true, keepDate: false, duplicates: 'tag', pauseAfterFailures: 3 },
    };
    const retention = { keepDays: 90, keepLast: 1000, trashDays: null, junkDays: 3 };
    expect((await change({ pop3, retention })).settings).toMatchObject({ pop3, retention });
    const bad = [
      ...[{ signInMethod: 'ntlm' }, { firstRun: 'some' }, { firstRunDays: 0 }, { sessionMessages: 0 }],
      ...[{ sessionMegabytes: 0 }, { tag: '$seen' }, { tag: 'two words' }, { duplicates: 'drop' }],
      ...[{ pauseAfterFailures: -1 }, { targetMailboxId: '' }, { keepDate: 'yes' }],
    ];
    for (const part of bad) {
      await expect(change({ pop3: part })).rejects.toMatchObject({
        code: 'invalidArguments',
        params: { properties: `pop3.${Object.keys(part)[0]}` },
      });
    }
    await expect(change({ retention: { trashDays: 0 } })).rejects.toMatchObject({ code: 'invalidArguments' });
    expect((await records.getAccount(main, id)).settings).toMatchObject({ pop3, retention });
  });

  it('go with their password', async () => {
    const { main } = await open();
    const { id } = await records.createAccount(main, keys('a'), account(await user(main), 'a@x.org'));
    await records.deleteAccount(main, id);
    await expect(records.secretOf(main, keys('a'), id)).rejects.toMatchObject({ code: 'notFound' });
  });
});
