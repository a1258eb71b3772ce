/** A mailbox that gets another UIDVALIDITY while it is being filled, and one whose filling breaks off. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { RequestError } from '@/lib/errors';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

const USER = 'renewed';
/** More than the first page and one chunk of the filling. */
const MESSAGES = 560;

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  for (let n = 1; n <= MESSAGES; n += 1) await dovecot.deliver(USER, `Subject: mail ${n}\n\nbody\n`);
  proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls });
  account = await openImapAccount(dovecot, { user: USER, port: proxy.port });
  await account.source.refreshMailboxes();
});
afterAll(async () => {
  await account?.close();
  await proxy?.stop();
  await dovecot.stop();
});

it('I7, R14: what is filled goes on by no UID of another UIDVALIDITY, and no message is left out', async () => {
  const inbox = await account.byRole('inbox');
  const { index, source } = account;
  await source.refreshMailbox(inbox, 10);
  const write = index.writeBehind.bind(index);
  let renewed: Promise<void> | null = null;
  vi.spyOn(index, 'writeBehind').mockImplementation(async (work) => {
    if (renewed === null) {
      renewed = Promise.resolve();
      await dovecot.doveadm('mailbox', 'update', '-u', USER, '--uid-validity', '4242', 'INBOX');
      proxy.cut();
      // It waits for this chunk, and the next chunk waits for it.
      renewed = source.refreshMailbox(inbox, 10);
    }
    return write(work);
  });
  await source.filled();
  await renewed;
  await source.refreshMailbox(inbox, 10);
  await source.filled();
  expect(await index.mailbox(inbox)).toMatchObject({
    totalEmails: MESSAGES,
    wire: { uidValidity: 4242, filledDownTo: 1 },
  });
});

it('R26, I1: a part that could not be written ends the filling where it was, and is filled by the next look', async () => {
  const other = await openImapAccount(dovecot, { user: USER });
  const { index, source } = other;
  await source.refreshMailboxes();
  const inbox = await other.byRole('inbox');
  const write = index.writeBehind.bind(index);
  const written: (number | null | undefined)[] = [];
  vi.spyOn(index, 'writeBehind').mockImplementation(async (work) => {
    written.push((await index.mailbox(inbox))?.wire?.filledDownTo);
    if (written.length === 2) throw new RequestError('storageFull', 'no room');
    return write(work);
  });
  await source.refreshMailbox(inbox, 10);
  await source.filled();
  const reached = (await index.mailbox(inbox))?.wire?.filledDownTo;
  expect(reached).toBe(written[1]);
  expect(reached).toBeGreaterThan(1);
  await source.refreshMailbox(inbox, 10);
  await source.filled();
  expect(await index.mailbox(inbox)).toMatchObject({ totalEmails: MESSAGES, wire: { filledDownTo: 1 } });
  await other.close();
});
