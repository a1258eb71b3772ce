/** A server that keeps the five flags of RFC 3501 and no keywords, as Exchange does. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

const USER = 'fewflags';
const FLAGS = 'PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  await dovecot.deliver(USER, 'Subject: offer\n\nbuy\n', { flags: 'F' });
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: (line) => line.replace(/PERMANENTFLAGS \([^)]*\)/, FLAGS),
  });
  account = await openImapAccount(dovecot, { user: USER, port: proxy.port });
  await account.source.refreshMailboxes();
});
afterAll(async () => {
  await account?.close();
  await proxy?.stop();
  await dovecot.stop();
});

it('R16, R18, pitfall 25: a keyword for the filter that the server does not keep does not hold up the move to Junk', async () => {
  const { source, index } = account;
  const [inbox, junk] = [await account.byRole('inbox'), await account.byRole('junk')];
  await source.refreshMailbox(inbox, 10);
  const id = (await index.mailboxLocations(inbox, 1, 10))[0]?.emailId ?? '';
  const plain = { id, addKeywords: [], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
  const moved = { ...plain, addKeywords: ['$junk'], addMailboxes: [junk], removeMailboxes: [inbox] };
  expect([...(await source.updateEmails([moved])).values()]).toEqual([null]);
  expect((await index.emails([id]))[0]?.mailboxIds).toEqual([junk]);
  const refused = await source.updateEmails([{ ...plain, addKeywords: ['work'] }]);
  expect(refused.get(id)).toMatchObject({ code: 'unsupported' });
  // A STORE without any flag left would clear all on some servers.
  expect(proxy.sent().filter((line) => / STORE /.test(line))).toEqual([]);
  expect((await dovecot.doveadm('search', '-u', USER, 'mailbox', 'Junk', 'flagged')).trim()).not.toBe('');
});
