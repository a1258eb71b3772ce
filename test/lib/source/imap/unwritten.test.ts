/** A change of ours that the server made and that could not be written, while a sync was reading the same mailbox. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, PASSWORD, USER } from './imap-account';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;
let onLine: (line: string) => void = () => undefined;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  for (let n = 1; n <= 3; n += 1) await dovecot.deliver(USER, `Subject: first ${n}\n\nx\n`);
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromClient: (line) => {
      onLine(line);
      return line;
    },
  });
});
afterAll(async () => {
  await account.close();
  await proxy.stop();
  await dovecot.stop();
});

it('I1: is read by the next look', async () => {
  const opened = await openAtInbox(dovecot, { port: proxy.port });
  account = opened.account;
  const { index, source } = account;
  const { inbox } = opened;
  await dovecot.doveadm('expunge', '-u', USER, 'mailbox', 'INBOX', 'uid', '1');
  // The sync reads after the message was stored, and writes after that could not be written.
  let refreshed: Promise<void> | undefined;
  onLine = (line) => {
    if (/ APPEND /.test(line)) refreshed ??= source.refreshMailbox(inbox, 50);
  };
  const held = vi.spyOn(index, 'locations');
  const lost = vi.spyOn(index, 'write').mockRejectedValueOnce(new Error('disk full'));
  const appended = source
    .append({
      raw: Buffer.from('Subject: mine\r\n\r\nx\r\n'),
      mailboxIds: [inbox],
      keywords: [],
      receivedAt: 0,
    })
    .catch((error) => error);
  held.mockImplementationOnce(async () => {
    await appended;
    return [];
  });
  expect(await appended).toMatchObject({ message: 'disk full' });
  await refreshed;
  expect([lost.mock.calls.length > 1, held.mock.calls.length > 0]).toEqual([true, true]);
  await source.refreshMailbox(inbox, 50);
  expect((await index.mailboxLocations(inbox, 1, 100)).map(({ uid }) => uid)).toEqual([2, 3, 4]);
});
