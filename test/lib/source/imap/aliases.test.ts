/** Ids stay on servers that give none: over moves, renames, another UIDVALIDITY, and the loss of the index (gateway.md 2.2). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { settle } from './views';

/** Without ID nothing tells that it is a Dovecot, which would give ids. */
const TIERS: [name: string, rewrite: Rewrite][] = [
  ['no ids', withoutCapabilities('ID')],
  ['bare IMAP4rev1', bareImap],
];
const MAILS = 30;

let dovecot: DovecotServer;
let count = 0;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

describe.each(TIERS)('%s', (tier, fromServer) => {
  let user: string;
  let dataDir: string;
  let proxy: ImapProxy;
  let account: ImapAccount;
  let stranger: PlainImap;
  let inbox: Id;
  let archive: Id;

  beforeEach(async () => {
    count += 1;
    user = `user${count}`;
    await dovecot.addUser(user, PASSWORD);
    dataDir = await mkdtemp(join(tmpdir(), 'gatepost-imap-'));
    stranger = await PlainImap.open(dovecot.ports.imap, user, PASSWORD);
    for (let n = 1; n <= MAILS; n += 1) await stranger.append('INBOX', mail(n));
    proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer });
    account = await openImapAccount(dovecot, { user, port: proxy.port, dataDir });
    await settle(account.source, account.index);
    inbox = await account.byRole('inbox');
    archive = await account.byRole('archive');
  });
  afterEach(async () => {
    stranger.close();
    await account.close();
    await proxy.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const mail = (n: number) => `Subject: mail ${n}\r\nMessage-ID: <${n}@example.org>\r\n\r\nx\r\n`;

  async function ids(mailbox: Id): Promise<Map<string, Id>> {
    const locations = await account.index.mailboxLocations(mailbox, 1, 1_000_000);
    const emails = await account.index.emails(locations.map(({ emailId }) => emailId));
    return new Map(emails.map(({ id, headers }) => [headers?.subject ?? '', id]));
  }

  async function loseIndex(): Promise<void> {
    await account.close();
    for (const name of ['index.db', 'index.db-wal', 'index.db-shm'])
      await rm(join(dataDir, name), { force: true });
    account = await openImapAccount(dovecot, { user, port: proxy.port, dataDir });
    await settle(account.source, account.index);
  }

  it('our own move keeps the id, also for the next look and for a new index', async () => {
    const id = (await ids(inbox)).get('mail 7') ?? '';
    const none = { addKeywords: [], removeKeywords: [] };
    await account.source.updateEmails([{ id, ...none, addMailboxes: [archive], removeMailboxes: [inbox] }]);
    await account.source.refreshMailbox(archive, 10);
    expect((await ids(archive)).get('mail 7')).toBe(id);
    await loseIndex();
    expect((await ids(archive)).get('mail 7')).toBe(id);
  });

  it('our own copy is one Email in two mailboxes, also for a new index', async () => {
    const id = (await ids(inbox)).get('mail 7') ?? '';
    const none = { addKeywords: [], removeKeywords: [], removeMailboxes: [] };
    await account.source.updateEmails([{ id, ...none, addMailboxes: [archive] }]);
    await loseIndex();
    expect((await account.index.emails([id]))[0]?.mailboxIds.toSorted()).toEqual([inbox, archive].toSorted());
  });

  it('mail stored into two mailboxes is one Email in both, also for a new index', async () => {
    const raw = Buffer.from(mail(200));
    // One with the same Message-ID is there already, and stays another.
    await stranger.append('Archive', mail(200));
    await settle(account.source, account.index);
    const mailboxIds = [inbox, archive];
    const id = await account.source.append({ raw, mailboxIds, keywords: ['$seen'], receivedAt: 0 });
    const boxes = async () => (await account.index.emails([id]))[0]?.mailboxIds.toSorted();
    expect(await boxes()).toEqual(mailboxIds.toSorted());
    await settle(account.source, account.index);
    expect(await account.index.mailboxLocations(archive, 1, 1_000_000)).toHaveLength(2);
    await loseIndex();
    expect(await boxes()).toEqual(mailboxIds.toSorted());
  });

  it('a move by another program keeps the id, and it is told as one change of an Email that lives', async () => {
    const id = (await ids(inbox)).get('mail 9') ?? '';
    const state = await account.index.state();
    await stranger.must('SELECT INBOX');
    await stranger.must('UID MOVE 9 Archive');
    await account.source.refreshMailbox(inbox, 10);
    await account.source.refreshMailbox(archive, 10);
    expect((await ids(archive)).get('mail 9')).toBe(id);
    expect((await account.index.changes('Email', state, 100)).destroyed).toEqual([]);
    await loseIndex();
    expect((await ids(archive)).get('mail 9')).toBe(id);
  });

  it('two equal messages are never taken for one', async () => {
    await stranger.append('INBOX', mail(5));
    await settle(account.source, account.index);
    await stranger.must('SELECT INBOX');
    await stranger.must(`UID MOVE 5,${MAILS + 1} Archive`);
    await settle(account.source, account.index);
    const moved = await account.index.mailboxLocations(archive, 1, 100);
    expect(new Set(moved.map(({ emailId }) => emailId)).size).toBe(2);
  });

  it('a copy whose original went before the index was lost stays the one that it is', async () => {
    await stranger.must('SELECT INBOX');
    const last = (await stranger.uids()).at(-1);
    await stranger.must(`UID COPY ${last} Archive`);
    await settle(account.source, account.index);
    const copy = await ids(archive);
    await stranger.must(`UID STORE ${last} +FLAGS (\\Deleted)`);
    await stranger.must('EXPUNGE');
    await settle(account.source, account.index);
    expect(await ids(archive)).toEqual(copy);
    await loseIndex();
    expect(await ids(archive)).toEqual(copy);
  });

  it('I7, R14: under another UIDVALIDITY each message has the id that it had', async () => {
    const before = await ids(inbox);
    await dovecot.doveadm('mailbox', 'update', '-u', user, '--uid-validity', '4242', 'INBOX');
    await account.source.reconnect();
    await settle(account.source, account.index);
    expect((await account.index.mailbox(inbox))?.wire?.uidValidity).toBe(4242);
    expect(await ids(inbox)).toEqual(before);
    await loseIndex();
    expect(await account.byRole('inbox')).toBe(inbox);
    expect(await ids(inbox)).toEqual(before);
  });

  it('our own rename keeps the ids of mailbox and mail, also for a new index', async () => {
    await stranger.must('CREATE Works');
    await stranger.append('Works', mail(100));
    await settle(account.source, account.index);
    const works = (await account.index.mailboxes()).find(({ name }) => name === 'Works')?.id ?? '';
    const before = await ids(works);
    await account.source.updateMailbox(works, { name: 'Play' });
    await loseIndex();
    expect(await account.index.mailbox(works)).toMatchObject({ name: 'Play' });
    expect(await ids(works)).toEqual(before);
  });

  it.skipIf(tier === 'bare IMAP4rev1')('a rename by another program keeps them too', async () => {
    await stranger.must('CREATE Works');
    await stranger.append('Works', mail(100));
    await settle(account.source, account.index);
    const works = (await account.index.mailboxes()).find(({ name }) => name === 'Works')?.id ?? '';
    const before = await ids(works);
    await stranger.must('RENAME Works Play');
    await settle(account.source, account.index);
    expect(await account.index.mailbox(works)).toMatchObject({ name: 'Play' });
    expect(await ids(works)).toEqual(before);
  });
});
