import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OwnChanges } from '@/lib/source/imap/own-changes';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

const USER = 'gone';

let dovecot: DovecotServer;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  for (const n of [1, 2]) await dovecot.deliver(USER, `Subject: mail ${n}\n\nbody\n`);
  account = await openImapAccount(dovecot, { user: USER, port: dovecot.ports.imaps });
  await account.source.refreshMailboxes();
});
afterAll(async () => {
  await account?.close();
  await dovecot.stop();
});

it('R15: a message that another program expunges while we flag it leaves no ghost', async () => {
  const inbox = await account.byRole('inbox');
  const { index, source } = account;
  await source.refreshMailbox(inbox, 10);
  const [first, second] = await index.mailboxLocations(inbox, 1, 10);
  const flag = (id = '') =>
    source.updateEmails([
      { id, addKeywords: ['$flagged'], removeKeywords: [], addMailboxes: [], removeMailboxes: [] },
    ]);
  await flag(second?.emailId);
  await dovecot.doveadm('expunge', '-u', USER, 'mailbox', 'INBOX', 'uid', '1');
  const write = index.write.bind(index);
  // The news are read and not yet written when our own change comes.
  vi.spyOn(index, 'write').mockImplementationOnce(async (work) => {
    await flag(first?.emailId);
    return write(work);
  });
  await source.refreshMailbox(inbox, 10);
  await source.refreshMailbox(inbox, 10);
  const left = await index.mailboxLocations(inbox, 1, 10);
  expect(left.map(({ emailId }) => emailId)).toEqual([second?.emailId]);
});

it('the first change of ours in a mailbox counts too, when it comes after the question', () => {
  const own = new OwnChanges();
  const touched = own.after('b1', own.now());
  own.mark('b1', [7]);
  expect([touched(7), touched(8)]).toEqual([true, false]);
});

it('R15: a mailbox that another program deleted goes, with its mail, when it is looked into', async () => {
  const { index, source } = account;
  const create = { name: 'Short', parentId: null, role: null, isSubscribed: true };
  const mailbox = await source.createMailbox(create);
  const raw = Buffer.from('Subject: inside\r\n\r\nx\r\n');
  const email = await source.append({ raw, mailboxIds: [mailbox], keywords: [], receivedAt: 0 });
  await dovecot.doveadm('mailbox', 'delete', '-u', USER, 'Short');
  await expect(source.refreshMailbox(mailbox, 10)).rejects.toMatchObject({ code: 'notFound' });
  expect(await index.mailbox(mailbox)).toBeNull();
  expect(await index.emails([email])).toEqual([]);
});
