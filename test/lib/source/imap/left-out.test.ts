/** What a look once missed is noticed by a later one: the index does not stay without it, nor with what is gone. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, type Rewrite, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, PASSWORD } from './imap-account';

const AS_IT_IS: Rewrite = (line) => line;

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;
let inbox: Id;
let user: string;
let count = 0;
let theirs = AS_IT_IS;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  count += 1;
  theirs = AS_IT_IS;
  user = `left${count}`;
  await dovecot.addUser(user, PASSWORD);
  for (const n of [1, 2, 3, 4]) await dovecot.deliver(user, plainMessage(`mail ${n}`, 'x'));
  const fromServer: Rewrite = (line) => theirs(line);
  proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer });
  ({ account, inbox } = await openAtInbox(dovecot, { user, port: proxy.port }));
});
afterEach(async () => {
  vi.useRealTimers();
  await account.close();
  await proxy.stop();
});

const known = async () => (await account.index.mailboxLocations(inbox, 1, 100)).map(({ uid }) => uid);
const ids = async () => (await account.index.mailboxLocations(inbox, 1, 100)).map(({ emailId }) => emailId);
/** As a crash, or a look that missed it, would leave the index. */
const lose = (uid: number) => account.index.write((writer) => writer.removeLocations(inbox, [uid]));
const searches = () => proxy.sent().filter((line) => line.includes('UID SEARCH')).length;

async function look(): Promise<void> {
  await account.source.refreshMailbox(inbox, 10);
  await account.source.filled();
}

it('a message that the server names as changed and the index lacks is read, also where not all mail is indexed', async () => {
  const before = await ids();
  await lose(3);
  await account.index.write((writer) => writer.setWire(inbox, { filledDownTo: 2 }));
  await dovecot.doveadm('flags', 'add', '-u', user, '\\Flagged', 'mailbox', 'INBOX', 'uid', '3');
  await account.source.refreshMailbox(inbox, 10);
  expect(await known()).toEqual([1, 2, 3, 4]);
  expect(await ids()).toEqual(before);
  expect((await account.index.emails(before))[2]?.keywords).toEqual(['$flagged']);
});

describe('where the index holds another number of messages than the server', () => {
  it('what it lacks is read, under the same id', async () => {
    const before = await ids();
    await lose(2);
    await look();
    expect(await ids()).toEqual(before);
  });

  it('and once more when it happens again, though not at once', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const before = await ids();
    await lose(2);
    await look();
    await lose(3);
    await look();
    expect(await known()).toEqual([1, 2, 4]);
    vi.setSystemTime(Date.now() + 11 * 60_000);
    await look();
    expect(await ids()).toEqual(before);
  });

  it('R11: what went without a word goes', async () => {
    theirs = (line) => (line.startsWith('* VANISHED') ? null : line);
    await dovecot.doveadm('expunge', '-u', user, 'mailbox', 'INBOX', 'uid', '2');
    await look();
    expect(await known()).toEqual([1, 3, 4]);
  });

  it('all UIDs are compared once, not with every look', async () => {
    // It counts one that it shows to nobody.
    theirs = (line) => line.replace('* 4 EXISTS', '* 5 EXISTS');
    await look();
    const once = searches();
    expect(once).toBe(1);
    for (let n = 0; n < 3; n += 1) await look();
    expect(searches()).toBe(once);
    expect(await known()).toEqual([1, 2, 3, 4]);
  });

  it('none is compared while the numbers are the same, with messages that are hidden and copies of one Email', async () => {
    await dovecot.doveadm('flags', 'add', '-u', user, '\\Deleted', 'mailbox', 'INBOX', 'uid', '1');
    await dovecot.doveadm('copy', '-u', user, 'INBOX', 'mailbox', 'INBOX', 'uid', '2');
    await look();
    await look();
    expect(await known()).toEqual([1, 2, 3, 4, 5]);
    expect(searches()).toBe(0);
  });
});
