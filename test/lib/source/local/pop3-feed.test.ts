/** POP3 accounts on Dovecot; the judge is what Dovecot still has and what the store gives back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Pop3Settings } from '@/lib/account/record';
import type { EmailRow } from '@/lib/index/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type LocalAccount, localAccount } from './local-account';

const USERS = [
  'all',
  'keep',
  'dele',
  'days',
  'read',
  'large',
  'wrong',
  'again',
  'gone',
  'same',
  'moved',
  'stop',
];
let server: DovecotServer;
let account: LocalAccount | null = null;

beforeAll(async () => {
  server = await startDovecot({ users: Object.fromEntries(USERS.map((user) => [user, 'pw'])) });
});
afterAll(() => server?.stop());
afterEach(async () => {
  await account?.close();
  account = null;
});

async function open(user: string, pop3: Partial<Pop3Settings> = {}, dataDir?: string): Promise<LocalAccount> {
  account = await localAccount('sqlite', {
    incoming: { host: 'localhost', port: server.ports.pop3s, security: 'tls', user },
    password: 'pw',
    caFile: server.tls.caFile,
    pop3,
    ...(dataDir ? { dataDir } : {}),
  });
  return account;
}

/** Closes the account and opens it again with other settings, as after a change on the settings page. */
async function reopen(user: string, pop3: Partial<Pop3Settings>): Promise<LocalAccount> {
  const dataDir = account?.dataDir;
  await account?.close(true);
  return open(user, pop3, dataDir);
}

async function collect(local: LocalAccount): Promise<void> {
  await local.source.collect();
  await local.source.idle();
}

async function inbox({ index, source }: LocalAccount): Promise<EmailRow[]> {
  const { ids } = await index.query({
    filter: { inMailbox: source.roleId('inbox') },
    sort: [{ property: 'receivedAt', isAscending: true }],
    ...{ collapseThreads: false, position: 0, anchor: null, anchorOffset: 0, limit: 500 },
  });
  const rows = new Map((await index.emails(ids)).map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
}

async function subjects(local: LocalAccount): Promise<(string | null | undefined)[]> {
  return (await inbox(local)).map((row) => row.headers?.subject);
}

/** How many messages Dovecot has. */
async function onServer(user: string): Promise<number> {
  const list = await server.doveadm('search', '-u', user, 'mailbox', 'INBOX', 'all');
  return list.split('\n').filter(Boolean).length;
}

const mail = (subject: string, minute = 0) =>
  `Received: from x by y; Tue, 03 Nov 2026 10:${String(minute).padStart(2, '0')}:00 +0000\nFrom: a@example.org\nSubject: ${subject}\n\n.dots\n..\n${subject}\n`;

describe('POP3 feed on Dovecot', () => {
  it('brings everything once, in the order of arrival, and leaves it on the server', async () => {
    for (const n of [1, 2, 3]) await server.deliver('keep', mail(`mail ${n}`, n));
    const local = await open('keep');
    await collect(local);
    expect(await subjects(local)).toEqual(['mail 1', 'mail 2', 'mail 3']);
    await server.deliver('keep', mail('mail 4', 4));
    await collect(local);
    expect(await subjects(local)).toEqual(['mail 1', 'mail 2', 'mail 3', 'mail 4']);
    expect(await onServer('keep')).toBe(4);
    expect(local.progress.at(-1)).toMatchObject({ finished: true });
    expect(local.source.status()).toMatchObject({ connection: 'ready', error: null });
  });

  it('keeps each byte, dots included', async () => {
    await server.deliver('all', mail('dots'));
    const local = await open('all');
    await collect(local);
    const [email] = await inbox(local);
    const chunks: Buffer[] = [];
    for await (const chunk of await local.source.readRaw(email?.id ?? '')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(mail('dots').replaceAll('\n', '\r\n'));
    expect(new Date(email?.receivedAt ?? 0).toISOString()).toBe('2026-11-03T10:00:00.000Z');
  });

  it('deletes on the server what is stored, when it is told to', async () => {
    for (const n of [1, 2]) await server.deliver('dele', mail(`mail ${n}`));
    const local = await open('dele', { leaveOnServer: false });
    await collect(local);
    expect(await subjects(local)).toHaveLength(2);
    expect(await onServer('dele')).toBe(0);
    await collect(local);
    expect(await subjects(local)).toHaveLength(2);
  });

  it('deletes after some days, counted from the first sight', async () => {
    await server.deliver('days', mail('old'));
    const local = await open('days', { deleteAfterDays: 7 });
    await collect(local);
    expect(await onServer('days')).toBe(1);
    await local.databases.main
      .updateTable('pop_uidl')
      .set({ first_seen: Date.now() - 8 * 86_400_000 })
      .execute();
    await server.deliver('days', mail('new'));
    await collect(local);
    expect(await onServer('days')).toBe(1);
    expect(await subjects(local)).toHaveLength(2);
  });

  it('deletes what was kept once the setting changes', async () => {
    await server.deliver('again', mail('kept'));
    await collect(await open('again'));
    expect(await onServer('again')).toBe(1);
    const local = await reopen('again', { leaveOnServer: false });
    await collect(local);
    expect(await onServer('again')).toBe(0);
    expect(await subjects(local)).toEqual(['kept']);
  });

  it('marks as read on fetch only what it is told to', async () => {
    await server.deliver('read', mail('unread'));
    await collect(await open('read'));
    expect((await inbox(account as LocalAccount))[0]?.keywords).toEqual([]);
    const local = await reopen('read', { markReadOnFetch: true });
    await server.deliver('read', mail('read'));
    await collect(local);
    const read = (await inbox(local)).find((row) => row.headers?.subject === 'read');
    expect(read?.keywords).toEqual(['$seen']);
  });

  it('streams a large message between small ones', async () => {
    const body = `${'0123456789abcdef'.repeat(4)}\n`.repeat(120_000);
    await server.deliver('large', mail('before', 1));
    await server.deliver('large', `${mail('large', 2)}${body}`);
    await server.deliver('large', mail('after', 3));
    const local = await open('large');
    await collect(local);
    expect(await subjects(local)).toEqual(['before', 'large', 'after']);
    const large = (await inbox(local))[1];
    expect(large?.size).toBeGreaterThan(7_000_000);
    let size = 0;
    for await (const chunk of await local.source.readRaw(large?.id ?? '')) size += chunk.length;
    expect(size).toBe(large?.size);
  });

  it('I10: does not bring back what the user destroyed here', async () => {
    await server.deliver('gone', mail('unwanted'));
    const local = await open('gone');
    await collect(local);
    await local.source.destroyEmails((await inbox(local)).map(({ id }) => id));
    await collect(local);
    expect(await inbox(local)).toEqual([]);
    expect(await onServer('gone')).toBe(1);
  });

  it('two equal messages on the server are two here', async () => {
    await server.deliver('same', mail('twin'));
    await server.deliver('same', mail('twin'));
    const local = await open('same');
    await collect(local);
    await collect(local);
    expect(await subjects(local)).toEqual(['twin', 'twin']);
  });

  it('R23, pitfall 30: new UIDLs for old messages bring nothing twice', async () => {
    for (const n of [1, 2, 3]) await server.deliver('moved', mail(`mail ${n}`, n));
    const local = await open('moved');
    await collect(local);
    // A mailbox restored elsewhere: other UIDVALIDITY, other UIDs, the same bytes.
    await server.doveadm('expunge', '-u', 'moved', 'mailbox', 'INBOX', 'all');
    for (const n of [3, 1, 2]) await server.deliver('moved', mail(`mail ${n}`, n));
    await server.deliver('moved', mail('mail 4', 4));
    await collect(local);
    expect(await subjects(local)).toEqual(['mail 1', 'mail 2', 'mail 3', 'mail 4']);
  });

  it('asks for a new password when the server refuses the one it has', async () => {
    const local = await localAccount('sqlite', {
      incoming: { host: 'localhost', port: server.ports.pop3s, security: 'tls', user: 'wrong' },
      password: 'old',
      caFile: server.tls.caFile,
    });
    account = local;
    await expect(local.source.collect()).rejects.toMatchObject({ code: 'wrongPassword' });
    await local.source.idle();
    expect(local.statuses.map(({ connection }) => connection)).toEqual(['needsPassword']);
    expect(local.source.status().error).toMatchObject({ code: 'wrongPassword' });
  });

  it('joins the run that is going on', async () => {
    for (let n = 0; n < 5; n++) await server.deliver('stop', mail(`mail ${n}`));
    const local = await open('stop');
    await Promise.all([local.source.collect(), local.source.collect(), local.source.reconnect()]);
    await local.source.idle();
    expect(await subjects(local)).toHaveLength(5);
    expect(local.progress.filter(({ finished }) => finished)).toHaveLength(1);
  });
});
