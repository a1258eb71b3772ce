/** Ids that clients hold are kept as long as something may come under them, and not for ever (gateway.md 2.2). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabases } from '@/lib/db/database';
import { ImapPool } from '@/lib/imap/pool';
import type { Id } from '@/lib/jmap/types';
import { sweepAliases } from '@/lib/source/imap/alias-sweep';
import { unreadPlaces } from '@/lib/source/imap/unread-places';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { PlainImap } from '@/test/servers/plain-imap';
import { type ImapProxy, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { type ImapAccount, netConfig, openImapAccount, PASSWORD } from './imap-account';
import { settle } from './views';

const USER = 'swept';
const DAY = 86_400_000;

let dovecot: DovecotServer;
let proxy: ImapProxy;
let dataDir: string;
let account: ImapAccount;
let stranger: PlainImap;
let inbox: Id;
let archive: Id;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  stranger = await PlainImap.open(dovecot.ports.imap, USER, PASSWORD);
  for (let n = 1; n <= 3; n += 1)
    await stranger.append('INBOX', `Subject: mail ${n}\r\nMessage-ID: <${n}@example.org>\r\n\r\nx\r\n`);
  const fromServer = withoutCapabilities('ID');
  proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer });
  dataDir = await mkdtemp(join(tmpdir(), 'gatepost-imap-'));
  await open();
  inbox = await account.byRole('inbox');
  archive = await account.byRole('archive');
});
afterAll(async () => {
  stranger.close();
  await account.close();
  await proxy.stop();
  await dovecot.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function open(): Promise<void> {
  account = await openImapAccount(dovecot, { user: USER, port: proxy.port, dataDir });
  await settle(account.source, account.index);
}

async function idsIn(mailbox: Id): Promise<Id[]> {
  return (await account.index.mailboxLocations(mailbox, 1, 1_000_000)).map(({ emailId }) => emailId);
}

/** @returns how many are left */
async function sweep(daysFromNow: number): Promise<number> {
  const { main, close } = await openDatabases({ dataDir, databaseUrl: null });
  const pool = new ImapPool({
    login: { host: 'localhost', port: proxy.port, security: 'tls', user: USER },
    secret: async () => ({ password: PASSWORD }),
    config: netConfig(dovecot),
    onStatus: () => undefined,
    onAnnounced: () => undefined,
  });
  try {
    const context = { index: account.index, pool };
    const unread = (wanted: ReadonlySet<Id>) => unreadPlaces(context, wanted);
    const place = { accountId: 'atest', db: main, index: account.index, unread };
    await sweepAliases(place, Date.now() + daysFromNow * DAY);
    return (await main.selectFrom('alias').selectAll().execute()).length;
  } finally {
    pool.close();
    await close();
  }
}

async function move(id: Id, from: Id, to: Id): Promise<void> {
  const none = { addKeywords: [], removeKeywords: [] };
  const results = await account.source.updateEmails([
    { id, ...none, addMailboxes: [to], removeMailboxes: [from] },
  ]);
  expect(results.get(id)).toBeNull();
}

it('what lives where it is kept for stays, whatever the time', async () => {
  const [first = '', second = ''] = await idsIn(inbox);
  await move(first, inbox, archive);
  await move(second, inbox, archive);
  expect(await sweep(0)).toBe(2);
  expect(await sweep(100)).toBe(2);
  await account.close();
  for (const name of ['index.db', 'index.db-wal', 'index.db-shm'])
    await rm(join(dataDir, name), { force: true });
  await open();
  expect((await idsIn(archive)).toSorted()).toEqual([first, second].toSorted());
});

it('what keeps the id of a message that lives elsewhere from a mailbox that was begun anew stays', async () => {
  const { main, close } = await openDatabases({ dataDir, databaseUrl: null });
  const mine = () => main.selectFrom('alias').selectAll().where('id', '=', 'mfresh').execute();
  // It was computed for the inbox, and is in the archive now.
  const [natural_id = ''] = await idsIn(archive);
  await main
    .insertInto('alias')
    .values({ account_id: 'atest', natural_id, id: 'mfresh', gone_at: null })
    .execute();
  for (const days of [0, 40]) await sweep(days);
  expect(await mine()).toHaveLength(1);
  await main.deleteFrom('alias').where('id', '=', 'mfresh').execute();
  await close();
});

it('what left stays for 31 days, and the id for its new place for as long as it is there', async () => {
  const [first = '', second = ''] = await idsIn(archive);
  await move(first, archive, inbox);
  await account.source.destroyEmails([second]);
  await settle(account.source, account.index);
  // Of the first where it was and where it is, and where the second was.
  expect(await sweep(0)).toBe(3);
  expect(await sweep(30)).toBe(3);
  expect(await sweep(32)).toBe(1);
  expect(await idsIn(inbox)).toContain(first);
});

it('of what the index has not read (a window of days) the server is asked before it is forgotten', async () => {
  const uid = Math.max(...(await account.index.mailboxLocations(inbox, 1, 100)).map((one) => one.uid));
  await account.index.write(async (writer) => {
    await writer.removeLocations(inbox, [uid]);
    await writer.setWire(inbox, { filledDownTo: uid + 1 });
  });
  const asked = () => proxy.sent().filter((line) => line.includes(' UID SEARCH ')).length;
  const before = asked();
  expect(await sweep(0)).toBe(1);
  expect(asked()).toBe(before);
  expect(await sweep(50)).toBe(1);
  expect(asked()).toBe(before + 1);
  await stranger.must('SELECT INBOX');
  await stranger.must(`UID STORE ${uid} +FLAGS (\\Deleted)`);
  await stranger.must('EXPUNGE');
  expect(await sweep(60)).toBe(1);
  expect(await sweep(92)).toBe(0);
});
