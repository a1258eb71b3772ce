/** A mailbox that another program makes anew, and that is read anew, while a change of ours is on its way to the index. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

let dovecot: DovecotServer;
let account: ImapAccount;
let user: string;
let work: Id;
let count = 0;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  count += 1;
  user = `user${count}`;
  await dovecot.addUser(user, PASSWORD);
  await make('old');
  account = await openImapAccount(dovecot, { user });
  await account.source.refreshMailboxes();
  work = (await account.index.mailboxes()).find(({ name }) => name === 'Work')?.id ?? '';
  await account.source.refreshMailbox(work, 10);
});
afterEach(() => account.close());

async function make(subject: string): Promise<void> {
  await dovecot.doveadm('mailbox', 'create', '-u', user, 'Work');
  await dovecot.deliver(user, `Subject: ${subject}\n\nx\n`, { mailbox: 'Work' });
}

/** Before the next write is done, that of the change. */
function renewMeanwhile(): void {
  const write = account.index.write.bind(account.index);
  vi.spyOn(account.index, 'write').mockImplementationOnce(async (job) => {
    await dovecot.doveadm('mailbox', 'delete', '-u', user, 'Work');
    await make('new');
    await account.source.refreshMailbox(work, 10);
    return write(job);
  });
}

it.each<[name: string, change: (id: Id) => Promise<unknown>]>([
  ['removal', (id) => account.source.destroyEmails([id])],
  [
    'keyword',
    (id) =>
      account.source.updateEmails([
        { id, addKeywords: ['$flagged'], removeKeywords: [], addMailboxes: [], removeMailboxes: [] },
      ]),
  ],
])(
  'I7: the %s of an old message is not taken for one of the new message with its UID',
  async (_name, change) => {
    const { index } = account;
    const [old] = await index.mailboxLocations(work, 1, 10);
    renewMeanwhile();
    await change(old?.emailId ?? '');
    const locations = await index.mailboxLocations(work, 1, 10);
    expect(locations.map(({ uid, keywords }) => [uid, keywords])).toEqual([[1, []]]);
    const [email] = await index.emails(locations.map(({ emailId }) => emailId));
    expect(email?.headers?.subject).toBe('new');
  },
);
