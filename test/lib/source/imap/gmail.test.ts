/** Gmail: labels are mailboxes, one message has one id in all of them, and destroying really deletes (gateway.md pitfall 11). */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type GmailServer, startGmail } from '@/test/servers/gmail';
import { type ImapAccount, openImapAccount } from './imap-account';
import { settle } from './views';

const ALL = '[Gmail]/All Mail';
const TRASH = '[Gmail]/Trash';

let gmail: GmailServer;
let account: ImapAccount;

beforeEach(async () => {
  gmail = await startGmail();
  gmail.deliver('picnic', ['INBOX', 'Family']);
  gmail.deliver('invoice', ['INBOX']);
  gmail.deliver('filed', []);
  const server = { tls: { caFile: '', certFile: '', keyFile: '' }, ports: { imaps: gmail.port } };
  account = await openImapAccount(server, { security: 'none', user: 'anna' });
  await settle(account.source, account.index);
});
afterEach(async () => {
  await account.close();
  await gmail.stop();
});

async function labelsOf(id: Id): Promise<string[]> {
  const paths = new Map((await account.index.mailboxes()).map((row) => [row.id, row.wire?.path ?? '']));
  const [row] = await account.index.emails([id]);
  return (row?.mailboxIds ?? []).map((mailbox) => paths.get(mailbox) ?? '').sort();
}

async function find(subject: string): Promise<Id> {
  const all = await account.byRole('all');
  const locations = await account.index.mailboxLocations(all, 1, 1_000);
  const rows = await account.index.emails(locations.map(({ emailId }) => emailId));
  return rows.find(({ headers }) => headers?.subject === subject)?.id ?? '';
}

const none = { addKeywords: [], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };

it('one message with two labels is one Email in three mailboxes, its id made of X-GM-MSGID', async () => {
  const id = await find('picnic');
  expect(id).toMatch(/^g\d+$/);
  expect(await labelsOf(id)).toEqual(['Family', 'INBOX', ALL]);
  expect(await labelsOf(await find('filed'))).toEqual([ALL]);
});

it('roles come by SPECIAL-USE, and each Thread is the one of X-GM-THRID', async () => {
  for (const role of ['inbox', 'all', 'trash', 'junk', 'sent', 'drafts'] as const) await account.byRole(role);
  const [row] = await account.index.emails([await find('picnic')]);
  expect((await account.index.threads([row?.threadId ?? '']))[0]?.emailIds).toEqual([row?.id]);
});

it('pitfall 11: leaving the inbox archives: the other labels stay', async () => {
  const id = await find('picnic');
  const inbox = await account.byRole('inbox');
  const outcome = await account.source.updateEmails([{ ...none, id, removeMailboxes: [inbox] }]);
  expect(outcome.get(id)).toBeNull();
  expect(gmail.labels('picnic')).toEqual(['Family', ALL]);
  await settle(account.source, account.index);
  expect(await labelsOf(id)).toEqual(['Family', ALL]);
});

it('to the trash it goes as a whole', async () => {
  const id = await find('invoice');
  const [inbox, all, trash] = [
    await account.byRole('inbox'),
    await account.byRole('all'),
    await account.byRole('trash'),
  ];
  await account.source.updateEmails([{ ...none, id, addMailboxes: [trash], removeMailboxes: [inbox, all] }]);
  expect(gmail.labels('invoice')).toEqual([TRASH]);
  await settle(account.source, account.index);
  expect(await labelsOf(id)).toEqual([TRASH]);
});

it.each(['picnic', 'filed'])(
  'pitfall 11: destroying %s deletes it at Gmail, not only its labels',
  async (subject) => {
    const id = await find(subject);
    expect((await account.source.destroyEmails([id])).get(id)).toBeNull();
    expect(gmail.labels(subject)).toBeUndefined();
    expect(await account.index.emails([id])).toEqual([]);
    await settle(account.source, account.index);
    expect(await account.index.emails([id])).toEqual([]);
  },
);

it.each(['UID MOVE', 'UID STORE', 'UID EXPUNGE'])(
  'R17, pitfall 11, pitfall 15: destroying goes on where the connection broke after %s: nothing stays in the trash',
  async (command) => {
    const id = await find('picnic');
    gmail.cutAfter(command);
    expect((await account.source.destroyEmails([id])).get(id)).toBeNull();
    expect(gmail.labels('picnic')).toBeUndefined();
  },
);

it('what another program archives is the same Email: All Mail is asked for it', async () => {
  await account.close();
  account = await openImapAccount(
    { tls: { caFile: '', certFile: '', keyFile: '' }, ports: { imaps: gmail.port } },
    { security: 'none', user: 'anna' },
  );
  await account.source.refreshMailboxes();
  const inbox = await account.byRole('inbox');
  await account.source.refreshMailbox(inbox, 50);
  const before = await account.index.mailboxLocations(inbox, 1, 1_000);
  const state = await account.index.state();
  gmail.unlabel('invoice', 'INBOX');
  await account.source.refreshMailbox(inbox, 50);
  const changes = await account.index.changes('Email', state, 100);
  expect(changes).toMatchObject({ created: [], destroyed: [] });
  const [id = ''] = changes.updated;
  expect(before.map(({ emailId }) => emailId)).toContain(id);
  expect(await labelsOf(id)).toEqual([ALL]);
});

it('text is searched for with X-GM-RAW', async () => {
  const all = await account.byRole('all');
  const result = await account.source.search({ text: 'invoice' }, [all], new AbortController().signal);
  expect(result.emailIds).toEqual([await find('invoice')]);
  expect(gmail.commands.some((line) => /X-GM-RAW "invoice"/.test(line))).toBe(true);
});

it('what is appended has an id, and its bytes come back', async () => {
  const drafts = await account.byRole('drafts');
  const raw = Buffer.from('Subject: draft\r\nMessage-ID: <draft@example.org>\r\n\r\nhello\r\n');
  const id = await account.source.append({ raw, mailboxIds: [drafts], keywords: ['$draft'], receivedAt: 0 });
  expect(id).toMatch(/^g\d+$/);
  const chunks: Buffer[] = [];
  for await (const chunk of await account.source.readRaw(id)) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(raw)).toBe(true);
});
