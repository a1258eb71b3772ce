/** A session shows a mailbox as it was when it last looked (RFC 3501 §7): what is filled must not be read from an old view. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapAccount, openImapAccount, PASSWORD, USER } from './imap-account';

let dovecot: DovecotServer;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  await dovecot.deliver(USER, 'Subject: first\n\nx\n');
  account = await openImapAccount(dovecot);
});
afterAll(async () => {
  await account.close();
  await dovecot.stop();
});

it('what came between a search and the first look is filled, too', async () => {
  const { index, source } = account;
  await source.refreshMailboxes();
  const inbox = await account.byRole('inbox');
  // The connection that fills has the mailbox selected from here on.
  await source.search({ body: 'x' }, [inbox], new AbortController().signal);
  for (let n = 0; n < 12; n += 1) await dovecot.deliver(USER, `Subject: later ${n}\n\nx\n`);
  await source.refreshMailbox(inbox, 5);
  await source.filled();
  expect(await index.mailboxLocations(inbox, 1, 100)).toHaveLength(13);
});
