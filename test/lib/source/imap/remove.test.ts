/** Destroying where the server does not do what it says (security.md I9, R18). */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { bareImap, type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, openImapAccount, PASSWORD } from './imap-account';

const USER = 'kept';
const DOUBTED = 'doubted';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD, [DOUBTED]: PASSWORD } });
  await dovecot.deliver(USER, 'Subject: kept\n\nbody\n');
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: bareImap,
    fromClient: (line) => line.replace('\\Deleted', '\\Seen'),
  });
  account = await openImapAccount(dovecot, { user: USER, port: proxy.port });
  await account.source.refreshMailboxes();
});
afterAll(async () => {
  await account?.close();
  await proxy?.stop();
  await dovecot.stop();
});

it('I9: without UIDPLUS, an OK to a STORE that keeps nothing is told as a failure, and the mail stays in the list', async () => {
  const inbox = await account.byRole('inbox');
  await account.source.refreshMailbox(inbox, 10);
  const [location] = await account.index.mailboxLocations(inbox, 1, 10);
  const id = location?.emailId ?? '';
  const outcome = await account.source.destroyEmails([id]);
  expect(outcome.get(id)).toMatchObject({ code: 'commandFailed' });
  expect(await account.index.emails([id])).toHaveLength(1);
  expect(proxy.sent().some((line) => / EXPUNGE$/.test(line))).toBe(false);
});

describe('R18: UID EXPUNGE is offered and unknown', () => {
  let other: ImapProxy;
  let doubted: ImapAccount;
  let inbox: Id;

  beforeEach(async () => {
    for (const n of [1, 2, 3]) await dovecot.deliver(DOUBTED, `Subject: mail ${n}\n\nbody\n`);
    other = await startProxy({
      upstreamPort: dovecot.ports.imap,
      tls: dovecot.tls,
      fromClient: (line) => line.replace(' UID EXPUNGE ', ' UID NONSENSE '),
    });
    ({ account: doubted, inbox } = await openAtInbox(dovecot, { user: DOUBTED, port: other.port }));
  });
  afterEach(async () => {
    await doubted.close();
    await other.stop();
    await dovecot.doveadm('expunge', '-u', DOUBTED, 'mailbox', 'INBOX', 'all');
  });
  const onServer = async () =>
    (await dovecot.doveadm('fetch', '-u', DOUBTED, 'hdr.subject', 'mailbox', 'INBOX', 'all')).match(
      /mail \d/g,
    );
  const first = async () => (await doubted.index.mailboxLocations(inbox, 1, 100))[0]?.emailId ?? '';

  it('what is flagged goes, when all of it is ours', async () => {
    const id = await first();
    expect((await doubted.source.destroyEmails([id])).get(id)).toBeNull();
    expect(await onServer()).toEqual(['mail 2', 'mail 3']);
    expect((await doubted.index.mailbox(inbox))?.totalEmails).toBe(2);
    const next = await first();
    expect((await doubted.source.destroyEmails([next])).get(next)).toBeNull();
    // It is not asked a second time.
    expect(other.sent().filter((line) => line.includes('UID EXPUNGE'))).toHaveLength(1);
  });

  it('I9: what others flagged stays, and ours is shown nowhere until it can go', async () => {
    const flag = (sign: string) =>
      dovecot.doveadm('flags', sign, '-u', DOUBTED, '\\Deleted', 'mailbox', 'INBOX', 'subject', 'mail 3');
    await flag('add');
    const id = await first();
    expect((await doubted.source.destroyEmails([id])).get(id)).toBeNull();
    expect(await onServer()).toEqual(['mail 1', 'mail 2', 'mail 3']);
    expect(await doubted.index.emails([id])).toEqual([]);
    await flag('remove');
    await doubted.source.refreshMailbox(inbox, 10);
    expect(await onServer()).toEqual(['mail 2', 'mail 3']);
  });
});
