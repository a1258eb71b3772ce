/** What a person decides for an account: roles by hand, how much is read ahead, what is watched. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { PlainImap } from '@/test/servers/plain-imap';
import { type ImapProxy, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { type AccountOptions, openImapAccount, PASSWORD } from './imap-account';
import { settle } from './views';

const USER = 'chooser';
const DAY_MS = 86_400_000;

let dovecot: DovecotServer;
let proxy: ImapProxy;
let stranger: PlainImap;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatepost-imap-'));
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  stranger = await PlainImap.open(dovecot.ports.imap, USER, PASSWORD);
  for (const name of ['Outbox', 'Old', 'One', 'Two', 'Three']) await stranger.must(`CREATE ${name}`);
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: withoutCapabilities('NOTIFY'),
  });
});
afterAll(async () => {
  stranger.close();
  await proxy.stop();
  await dovecot.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const open = (settings: AccountOptions['settings']) =>
  openImapAccount(dovecot, { user: USER, port: proxy.port, dataDir, ...(settings ? { settings } : {}) });

async function roles(settings: AccountOptions['settings']): Promise<Record<string, [Id, string | null]>> {
  const account = await open(settings);
  await account.source.refreshMailboxes();
  const rows = await account.index.mailboxes();
  await account.close();
  return Object.fromEntries(rows.map(({ id, name, role }) => [name, [id, role]]));
}

it('R19: a role by hand goes before that of the server, and comes back when it is taken back', async () => {
  const before = await roles({});
  expect([before.Sent?.[1], before.Outbox?.[1]]).toEqual(['sent', null]);
  const chosen = await roles({ roles: { sent: before.Outbox?.[0] ?? '', junk: 'bgone' } });
  expect([chosen.Sent?.[1], chosen.Outbox?.[1], chosen.Junk?.[1]]).toEqual([null, 'sent', 'junk']);
  expect([chosen.Sent?.[0], chosen.Outbox?.[0]]).toEqual([before.Sent?.[0], before.Outbox?.[0]]);
  const inbox = await roles({ roles: { trash: before.Inbox?.[0] ?? '' } });
  expect([inbox.Inbox?.[1], inbox.Trash?.[1]]).toEqual(['inbox', 'trash']);
  expect(await roles({})).toEqual(before);
});

it('a window of days: older mail is counted and found by searching, and is not read ahead', async () => {
  for (let n = 1; n <= 40; n += 1) {
    const age = n <= 20 ? 400 : 10;
    const date = new Date(Date.now() - age * DAY_MS)
      .toUTCString()
      .replace(/^\w+, (\d+) (\w+) (\d+).*/, '$1-$2-$3');
    const raw = `Subject: mail ${n}\r\n\r\nword${n}x\r\n`;
    await stranger.must(`APPEND Old "${date.padStart(11, '0')} 12:00:00 +0000" {${raw.length}+}\r\n${raw}`);
  }
  const account = await open({ windowDays: 30 });
  await account.source.refreshMailboxes();
  const old = (await account.index.mailboxes()).find(({ name }) => name === 'Old')?.id ?? '';
  await account.source.refreshMailbox(old, 5);
  await account.source.filled();
  const held = async () => (await account.index.mailboxLocations(old, 1, 1_000)).map(({ uid }) => uid);
  expect((await held())[0]).toBe(21);
  expect(await held()).toHaveLength(20);
  expect((await account.index.mailbox(old))?.totalEmails).toBe(40);
  await account.source.refreshMailbox(old, 5);
  await account.source.filled();
  expect(await held()).toHaveLength(20);
  const { emailIds } = await account.source.search({ body: 'word7x' }, [old], new AbortController().signal);
  expect((await account.index.emails(emailIds))[0]?.headers?.subject).toBe('mail 7');
  // Who reads to the end gets what is older, and it is not read twice.
  await account.source.readOlder?.(old, 5);
  expect([await held(), (await account.index.mailbox(old))?.wire?.filledDownTo]).toEqual([
    Array.from({ length: 40 }, (_, at) => at + 1),
    1,
  ]);
  // What was found is looked after like the rest.
  await stranger.must('SELECT Old');
  await stranger.must('UID STORE 7 +FLAGS (\\Flagged)');
  await account.source.refreshMailbox(old, 5);
  expect((await account.index.emails(emailIds))[0]?.keywords).toEqual(['$flagged']);
  await account.close();
});

it('R9: without NOTIFY, what is chosen to be watched is looked into while anybody looks', async () => {
  const account = await open({});
  await settle(account.source, account.index);
  const rows = await account.index.mailboxes();
  const idOf = (name: string) => rows.find((row) => row.name === name)?.id ?? '';
  const inbox = idOf('Inbox');
  await account.close();
  const watching = await open({ watched: [idOf('Two')] });
  watching.source.watch([inbox]);
  await vi.waitFor(() => expect(proxy.sent().filter((line) => / IDLE$/.test(line))).toHaveLength(2), 15_000);
  await stranger.append('Two', 'Subject: watched\r\n\r\nx\r\n');
  await vi.waitFor(async () => expect((await watching.index.mailbox(idOf('Two')))?.totalEmails).toBe(1), {
    timeout: 5_000,
    interval: 20,
  });
  await watching.close();
});
