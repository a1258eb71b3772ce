/** A mailbox that another program deletes while others are below it: its name stays in the list (RFC 3501 §6.3.4). */
import { expect, it, vi } from 'vitest';
import { bareImap, type Rewrite } from '@/test/servers/proxy';
import { behindProxy } from './behind-proxy';
import { PASSWORD } from './imap-account';
import { settle } from './views';

const there = behindProxy();

it.each([
  ['as Dovecot lists it', (line: string) => line],
  [
    'as \\Noselect',
    (line: string) =>
      line.replace(/^\* LIST \(\\HasChildren\) "\/" Parent$/, '* LIST (\\Noselect) "/" Parent'),
  ],
])('R15, I8: holds nothing any more, until it is made anew: %s', async (name, listed) => {
  const user = `user${name.length}`;
  let isDeleted = false;
  const fromServer = (line: string) => (isDeleted ? listed(line) : line);
  await there.dovecot.addUser(user, PASSWORD);
  for (const path of ['Parent', 'Parent/Child'])
    await there.dovecot.doveadm('mailbox', 'create', '-u', user, path);
  await there.dovecot.deliver(user, 'Subject: within\n\nx\n', { mailbox: 'Parent' });
  const account = await there.open(user, { fromServer });
  const { index, source } = account;
  await source.refreshMailboxes();
  const parent = (await index.mailboxes()).find((mailbox) => mailbox.name === 'Parent')?.id ?? '';
  await source.refreshMailbox(parent, 10);
  const [held] = await index.mailboxLocations(parent, 1, 10);
  source.watch([await account.byRole('inbox')]);
  await vi.waitFor(() => expect(source.diagnostics?.().watching).toBe('notify'), 10_000);
  isDeleted = true;
  await there.dovecot.doveadm('mailbox', 'delete', '-u', user, 'Parent');
  // Dovecot notifies nobody of it: the next list tells.
  await source.reconnect();
  await vi.waitFor(async () => expect((await index.mailbox(parent))?.totalEmails).toBe(0), 10_000);
  expect(await index.emails([held?.emailId ?? ''])).toEqual([]);
  isDeleted = false;
  await there.dovecot.doveadm('mailbox', 'create', '-u', user, 'Parent');
  await there.dovecot.deliver(user, 'Subject: again\n\nx\n', { mailbox: 'Parent' });
  await source.refreshMailboxes();
  await source.refreshMailbox(parent, 10);
  expect(await index.mailbox(parent)).toMatchObject({ totalEmails: 1, wire: { selectable: true } });
});

it.each<[tier: string, fromServer: Rewrite]>([
  ['LIST-STATUS', (line) => line],
  ['bare IMAP4rev1', bareImap],
])(
  'R15, I8: several that are listed and cannot be opened stay shut, however often they are listed: %s',
  async (tier, fromServer) => {
    const user = `shut${tier.length}`;
    await there.dovecot.addUser(user, PASSWORD);
    for (const path of ['One', 'One/Child', 'Two', 'Two/Child'])
      await there.dovecot.doveadm('mailbox', 'create', '-u', user, path);
    for (const path of ['One', 'Two']) await there.dovecot.doveadm('mailbox', 'delete', '-u', user, path);
    const account = await there.open(user, { fromServer });
    const { index, source } = account;
    await settle(source, index);
    const openable = async () =>
      (await index.mailboxes()).flatMap(({ wire }) => (wire?.selectable ? [wire.path] : [])).sort();
    const truth = (await openable()).filter((path) => path !== 'One' && path !== 'Two');
    expect(await openable()).toEqual(truth);
    await source.refreshMailboxes();
    expect(await openable()).toEqual(truth);
    await there.dovecot.doveadm('mailbox', 'create', '-u', user, 'One');
    await source.refreshMailboxes();
    expect(await openable()).toEqual(['One', ...truth].sort());
  },
);
