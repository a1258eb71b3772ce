/** A command that the server does not answer (a mailbox that another program keeps locked) holds up nothing but itself. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, PASSWORD } from './imap-account';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;
let inbox: Id;
let archive: Id;
let ids: Id[];
let count = 0;
let isLocked = false;
let tooMany = false;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  count += 1;
  [isLocked, tooMany] = [false, false];
  const user = `held${count}`;
  await dovecot.addUser(user, PASSWORD);
  for (const n of [1, 2]) await dovecot.deliver(user, plainMessage(`mail ${n}`, 'x'));
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    // As long as it is locked the server does not come to this line.
    fromClient: (line) => (isLocked && / SELECT "?Archive/.test(line) ? null : line),
    fromServer: (line) =>
      tooMany && proxy.accepted() > 1
        ? line.replace(/^(\S+) OK .*Logged in.*/, '$1 NO [LIMIT] Too many connections')
        : line,
  });
  ({ account, inbox } = await openAtInbox(dovecot, { user, port: proxy.port }));
  archive = await account.byRole('archive');
  ids = (await account.index.mailboxLocations(inbox, 1, 10)).map(({ emailId }) => emailId);
});
afterEach(async () => {
  await account.close();
  await proxy.stop();
});

/** @returns whether it has ended */
function lookIntoLocked(): () => boolean {
  isLocked = true;
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  account.source.refreshMailbox(archive, 10).then(over, over);
  return () => isOver;
}

it('R7, R21: what a person asks of other mailboxes is answered meanwhile, what waited before and what comes after', async () => {
  const isOver = lookIntoLocked();
  const waited = ids.map((id) => account.source.readHeader(id));
  const headers = await Promise.all(waited);
  expect(headers.map(String)).toEqual([expect.stringContaining('mail 1'), expect.stringContaining('mail 2')]);
  expect(String(await account.source.readHeader(ids[0] ?? ''))).toContain('mail 1');
  const flag = { addKeywords: ['$flagged'], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
  const [id = ''] = ids;
  expect((await account.source.updateEmails([{ id, ...flag }])).get(id)).toBeNull();
  expect(isOver()).toBe(false);
  expect(proxy.open()).toBe(2);
});

it('R7: where the server allows one connection only, they are answered after it', async () => {
  tooMany = true;
  const isOver = lookIntoLocked();
  const waited = account.source.readHeader(ids[0] ?? '');
  await expect.poll(() => [proxy.accepted(), proxy.open()], { timeout: 10_000 }).toEqual([2, 1]);
  [isLocked, tooMany] = [false, false];
  proxy.cut();
  expect(String(await waited)).toContain('mail 1');
  expect(isOver()).toBe(true);
});
