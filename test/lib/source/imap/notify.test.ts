/** NOTIFY (RFC 5465): changes in all mailboxes over one connection, and what happens where it is missing or gives up. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { PlainImap } from '@/test/servers/plain-imap';
import { type ImapProxy, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

/** Two seconds, on a machine that also does something else. */
const PROMPT_MS = 8_000;

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;
let stranger: PlainImap;
let inbox: Id;
let archive: Id;
let count = 0;
let rewrite: (line: string) => string | null = (line) => line;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  count += 1;
  rewrite = (line) => line;
  const user = `user${count}`;
  await dovecot.addUser(user, PASSWORD);
  stranger = await PlainImap.open(dovecot.ports.imap, user, PASSWORD);
  await deliver('INBOX', 'first');
  await deliver('Archive', 'old');
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: (line) => rewrite(line),
  });
  account = await openImapAccount(dovecot, { user, port: proxy.port });
  await account.source.refreshMailboxes();
  inbox = await account.byRole('inbox');
  archive = await account.byRole('archive');
  for (const id of [inbox, archive]) await account.source.refreshMailbox(id, 50);
});
afterEach(async () => {
  stranger.close();
  await account.close();
  await proxy.stop();
});

const deliver = (mailbox: string, subject: string) =>
  stranger.append(mailbox, `Subject: ${subject}\r\n\r\nx\r\n`);
const eventually = (check: () => Promise<void> | void, timeout = 15_000) =>
  vi.waitFor(check, { timeout, interval: 20 });
const sent = (words: RegExp) => proxy.sent().filter((line) => words.test(line));
const counts = async (id: Id) => {
  const row = await account.index.mailbox(id);
  return [row?.totalEmails, row?.unreadEmails];
};

async function watch(ids: Id[], settled: RegExp): Promise<void> {
  account.source.watch(ids);
  await eventually(() => expect(sent(settled)).not.toEqual([]));
}

describe('where the server notifies', () => {
  it('mail, flags and removals in folders that nobody looks at are there within two seconds', async () => {
    await watch([inbox], / IDLE$/);
    await deliver('Archive', 'new');
    await eventually(async () => expect(await counts(archive)).toEqual([2, 2]), PROMPT_MS);
    await stranger.must('SELECT Archive');
    await stranger.must('STORE 1 +FLAGS (\\Seen)');
    await eventually(async () => expect(await counts(archive)).toEqual([2, 1]), PROMPT_MS);
    await stranger.must('STORE 1 +FLAGS (\\Deleted)');
    await stranger.must('EXPUNGE');
    await eventually(async () => expect(await counts(archive)).toEqual([1, 1]), PROMPT_MS);
    await deliver('INBOX', 'second');
    await eventually(async () => expect(await counts(inbox)).toEqual([2, 2]), PROMPT_MS);
    expect(sent(/ IDLE$/)).toHaveLength(1);
  });

  it('a folder that another program renames has its new name at once and its old id, opened or not', async () => {
    const idOf = async (name: string) =>
      (await account.index.mailboxes()).find((row) => row.name === name)?.id;
    await stranger.must('CREATE Works');
    await account.source.refreshMailboxes();
    const id = await idOf('Works');
    await watch([inbox], / IDLE$/);
    await stranger.must('RENAME Works Play');
    await eventually(async () => expect(await idOf('Play')).toBe(id), PROMPT_MS);
  });

  it('one connection waits, also for the open folder', async () => {
    await watch([inbox, archive], / NOTIFY /);
    await deliver('Archive', 'new');
    await eventually(async () => expect(await counts(archive)).toEqual([2, 2]), PROMPT_MS);
    await eventually(() => expect(proxy.open()).toBeLessThanOrEqual(3));
  });

  it('R8: what happened while the connection was lost is found, and it is asked for again', async () => {
    await watch([inbox], / IDLE$/);
    proxy.cut();
    await deliver('Archive', 'meanwhile');
    await eventually(async () => expect(await counts(archive)).toEqual([2, 2]));
    await eventually(() => expect(sent(/ NOTIFY /)).toHaveLength(2));
    await deliver('Archive', 'then');
    await eventually(async () => expect(await counts(archive)).toEqual([3, 3]));
  });

  it('NOTIFICATIONOVERFLOW: goes on with IDLE, and misses nothing', async () => {
    await watch([inbox, archive], / IDLE$/);
    // The look that follows a new connection.
    await eventually(() => expect(sent(/ LIST /)).toHaveLength(2));
    await account.source.refreshMailboxes();
    let flooded = false;
    rewrite = (line) => {
      if (flooded || !line.startsWith('* STATUS')) return line;
      flooded = true;
      return '* OK [NOTIFICATIONOVERFLOW] too much';
    };
    await deliver('Archive', 'lost in the flood');
    await eventually(() => expect(sent(/ IDLE$/)).toHaveLength(3));
    await eventually(async () => expect(await counts(archive)).toEqual([2, 2]));
    await deliver('Archive', 'later');
    await eventually(async () => expect(await counts(archive)).toEqual([3, 3]), PROMPT_MS);
    expect(sent(/ NOTIFY /)).toHaveLength(1);
  });
});

it('trying again lists the folders again: what another program made and renamed is there', async () => {
  const idOf = async (name: string) => (await account.index.mailboxes()).find((row) => row.name === name)?.id;
  await stranger.must('CREATE Works');
  await account.source.reconnect();
  const id = await idOf('Works');
  await stranger.must('RENAME Works Play');
  await account.source.reconnect();
  expect([id, await idOf('Works')]).toEqual([await idOf('Play'), undefined]);
});

it('our own changes do not come back as news to be looked at, one by one', async () => {
  await watch([inbox], / IDLE$/);
  await eventually(() => expect(sent(/CHANGEDSINCE| LIST /)).not.toEqual([]));
  const [location] = await account.index.mailboxLocations(inbox, 1, 10);
  const before = sent(/ SELECT /).length;
  const none = { removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
  for (let n = 0; n < 20; n += 1) {
    await account.source.updateEmails([{ id: location?.emailId ?? '', addKeywords: [`k${n}`], ...none }]);
  }
  await deliver('INBOX', 'from somebody');
  await eventually(async () => expect(await counts(inbox)).toEqual([2, 2]), PROMPT_MS);
  expect(sent(/ SELECT /).length - before).toBeLessThanOrEqual(6);
});

it('R9: without NOTIFY, folders that moved while nobody looked are read at the first look', async () => {
  rewrite = withoutCapabilities('NOTIFY');
  const before = await counts(archive);
  await deliver('Archive', 'unseen');
  await account.source.reconnect();
  await watch([inbox], / IDLE$/);
  await eventually(async () => expect(await counts(archive)).not.toEqual(before));
  expect(sent(/ NOTIFY /)).toEqual([]);
});

it('R18, R22: a server without IDLE is not signed in to again and again', async () => {
  rewrite = withoutCapabilities('NOTIFY', 'IDLE');
  await account.source.reconnect();
  account.source.watch([inbox]);
  await eventually(() => expect(account.source.diagnostics?.().watching).toBe('poll'));
  const before = proxy.accepted();
  const again = vi.waitFor(() => expect(proxy.accepted()).toBeGreaterThan(before + 1), {
    timeout: 4_000,
    interval: 50,
  });
  await expect(again).rejects.toThrow();
});
