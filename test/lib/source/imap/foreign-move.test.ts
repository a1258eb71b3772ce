/** A message that another program moves is the same Email afterwards: told as an update, never as destroyed and made anew. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { PlainImap } from '@/test/servers/plain-imap';
import {
  bareImap,
  type ImapProxy,
  type Rewrite,
  startProxy,
  withoutCapabilities,
} from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

const TIERS: [name: string, rewrite: Rewrite][] = [
  ['ids of the server', (line) => line],
  [
    'ids of the server, without QRESYNC and LIST-STATUS',
    withoutCapabilities('QRESYNC', 'CONDSTORE', 'LIST-STATUS'),
  ],
  ['bare IMAP4rev1', bareImap],
];

let dovecot: DovecotServer;
let count = 0;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

describe.each(TIERS)('%s', (tier, fromServer) => {
  let proxy: ImapProxy;
  let account: ImapAccount;
  let stranger: PlainImap;
  let inbox: Id;
  let archive: Id;

  beforeEach(async () => {
    count += 1;
    const user = `user${count}`;
    await dovecot.addUser(user, PASSWORD);
    stranger = await PlainImap.open(dovecot.ports.imap, user, PASSWORD);
    for (const n of [1, 2, 3])
      await stranger.append('INBOX', `Subject: mail ${n}\r\nMessage-ID: <${n}@example.org>\r\n\r\nx\r\n`);
    await stranger.append('Archive', 'Subject: old\r\nMessage-ID: <old@example.org>\r\n\r\nx\r\n');
    proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer });
    account = await openImapAccount(dovecot, { user, port: proxy.port });
    await account.source.refreshMailboxes();
    inbox = await account.byRole('inbox');
    archive = await account.byRole('archive');
    await account.source.refreshMailbox(inbox, 50);
    await stranger.must('SELECT INBOX');
  });
  afterEach(async () => {
    stranger.close();
    await account.close();
    await proxy.stop();
  });

  const idAt = async (uid: number) =>
    (await account.index.mailboxLocations(inbox, uid, uid))[0]?.emailId ?? '';
  const mailboxesOf = async (id: Id) => (await account.index.emails([id]))[0]?.mailboxIds;

  /** What clients are told of one look into the inbox. */
  async function look() {
    const state = await account.index.state();
    await account.source.refreshMailbox(inbox, 50);
    const { created, updated, destroyed } = await account.index.changes('Email', state, 100);
    return { created, updated, destroyed };
  }

  it.each(['opened before', 'never opened'])('into a mailbox %s', async (which) => {
    if (which === 'opened before') await account.source.refreshMailbox(archive, 50);
    const id = await idAt(2);
    await stranger.must('UID MOVE 2 Archive');
    expect(await look()).toEqual({ created: [], updated: [id], destroyed: [] });
    expect(await mailboxesOf(id)).toEqual([archive]);
    await account.source.refreshMailbox(archive, 50);
    await account.source.filled();
    expect(await mailboxesOf(id)).toEqual([archive]);
    expect((await account.index.mailboxLocations(archive, 1, 100)).length).toBe(2);
  });

  it('what was deleted is destroyed, at the same look', async () => {
    const id = await idAt(1);
    await stranger.must('UID STORE 1 +FLAGS (\\Deleted)');
    await stranger.must('EXPUNGE');
    expect(await look()).toEqual({ created: [], updated: [], destroyed: [id] });
    expect(await look()).toEqual({ created: [], updated: [], destroyed: [] });
  });

  it.skipIf(tier === 'bare IMAP4rev1')('copied, and the original only marked', async () => {
    await account.source.refreshMailbox(archive, 50);
    const id = await idAt(3);
    await stranger.must('UID COPY 3 Archive');
    await stranger.must('UID STORE 3 +FLAGS (\\Deleted)');
    expect(await look()).toEqual({ created: [], updated: [id], destroyed: [] });
    expect(await mailboxesOf(id)).toEqual([archive]);
  });
});
