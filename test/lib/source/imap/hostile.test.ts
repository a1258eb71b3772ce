/** A server that lies: nothing wrong is shown, what is true still comes (security.md R10, R11, R12, R16, R19, R20). */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, type Rewrite, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, openImapAccount, PASSWORD } from './imap-account';

const AS_IT_IS: Rewrite = (line) => line;
const never = new AbortController().signal;

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;
let inbox: Id;
let ids: Id[];
let count = 0;
let theirs = AS_IT_IS;
let ours = AS_IT_IS;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  count += 1;
  [theirs, ours] = [AS_IT_IS, AS_IT_IS];
  const user = `user${count}`;
  await dovecot.addUser(user, PASSWORD);
  for (const n of [1, 2, 3]) await dovecot.deliver(user, plainMessage(`mail ${n}`, `body ${n} пример`));
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: (line) => theirs(line),
    fromClient: (line) => ours(line),
  });
  ({ account, inbox } = await openAtInbox(dovecot, { user, port: proxy.port }));
  ids = (await account.index.mailboxLocations(inbox, 1, 10)).map(({ emailId }) => emailId);
});
afterEach(async () => {
  await account.close();
  await proxy.stop();
});

async function textOf(id: Id | undefined): Promise<string> {
  const chunks = [];
  for await (const chunk of await account.source.readRaw(id ?? '')) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('R12: the bytes of another message than the one asked for are not shown', async () => {
  theirs = (line) => line.replace(/FETCH \(UID 2 BODY/, 'FETCH (UID 3 BODY');
  await expect(textOf(ids[1])).rejects.toMatchObject({ code: 'notFound' });
  theirs = AS_IT_IS;
  expect(await textOf(ids[1])).toContain('body 2');
});

it('R12, pitfall 31: flags of another message, told while the first page is read, leave no hole below it', async () => {
  const user = `user${count}`;
  for (let n = 4; n <= 20; n += 1) await dovecot.deliver(user, plainMessage(`mail ${n}`, 'x'));
  theirs = (line) => line.replace(/^\* 18 FETCH \(UID 18 FLAGS/, '* 5 FETCH (UID 5 FLAGS (\\Seen))\r\n$&');
  const other = await openImapAccount(dovecot, { user, port: proxy.port });
  await other.source.refreshMailboxes();
  const mailbox = await other.byRole('inbox');
  await other.source.refreshMailbox(mailbox, 3);
  await other.source.filled();
  const known = await other.index.mailboxLocations(mailbox, 1, 100);
  expect(known.map(({ uid }) => uid)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  const rows = await other.index.emails(known.map(({ emailId }) => emailId));
  expect(rows.filter(({ headers }) => headers === null)).toEqual([]);
  await other.close();
});

it.each([
  ['R10: a literal longer than any message', '* 2 FETCH (UID 2 BODY[] {99999999999}'],
  ['R11: nonsense', '* 2 FETCH ((((("'],
  ['R11: a tag that nobody gave', 'ZZZ999 OK done'],
])('%s: that message is told as unreadable, and the next one is read', async (_name, line) => {
  theirs = (each) => (/FETCH \(UID 2 BODY/.test(each) ? line : each);
  await expect(textOf(ids[1])).rejects.toThrow();
  theirs = AS_IT_IS;
  expect(await textOf(ids[2])).toContain('body 3');
  expect(await textOf(ids[1])).toContain('body 2');
});

it('R20, pitfall 8: a server that knows ASCII only is asked for what it knows, and it is said that hits may be missing', async () => {
  ours = (line) => line.replace('CHARSET UTF-8', 'CHARSET NONSENSE');
  const found = await account.source.search({ body: 'body пример' }, [inbox], never);
  expect(found).toMatchObject({ partial: true });
  expect([...found.emailIds].sort()).toEqual([...ids].sort());
  expect((await account.source.search({ body: 'пример' }, [inbox], never)).emailIds).toEqual([]);
});

it('R20: of hits without end some are taken, and it is said so', async () => {
  theirs = (line) => line.replace(/^(\* ESEARCH .* ALL) .*/, '$1 1:4000000');
  const found = await account.source.search({ body: 'body' }, [inbox], never);
  expect(found.partial).toBe(true);
  expect(found.emailIds.length).toBeLessThanOrEqual(10_000);
});

it('R16: a mailbox that is read-only says so, and nothing is changed', async () => {
  theirs = (line) => line.replace('[READ-WRITE]', '[READ-ONLY]');
  await account.source.reconnect();
  const patch = { addKeywords: ['$flagged'], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
  const [id = ''] = ids;
  expect((await account.source.updateEmails([{ id, ...patch }])).get(id)).toMatchObject({
    code: 'forbidden',
  });
  expect((await account.index.emails([id]))[0]?.keywords).toEqual([]);
});

it.each([
  ['NO [OVERQUOTA] Quota exceeded', 'overQuota'],
  ['NO [TOOBIG] Message too large', 'tooLarge'],
  ['NO [TRYCREATE] No such mailbox', 'notFound'],
])('R16: what is not stored is told by its reason: %s', async (words, code) => {
  theirs = (line) => line.replace(/OK \[APPENDUID.*/, words);
  const raw = plainMessage('draft', 'x');
  const stored = account.source.append({ raw, mailboxIds: [inbox], keywords: [], receivedAt: 0 });
  await expect(stored).rejects.toMatchObject({ code });
});

it('R19: thousands of mailboxes are listed, more than anybody has are refused and the known ones stay', async () => {
  let many = 5_000;
  theirs = (line) =>
    /^\* LIST .* INBOX$/.test(line)
      ? [line, ...Array.from({ length: many }, (_, at) => `* LIST (\\HasNoChildren) "/" "f${at}"`)].join(
          '\r\n',
        )
      : line;
  await account.source.refreshMailboxes();
  expect((await account.index.mailboxes()).length).toBeGreaterThan(5_000);
  many = 12_000;
  await expect(account.source.refreshMailboxes()).rejects.toMatchObject({ code: 'limitExceeded' });
  expect((await account.index.mailboxes()).length).toBeGreaterThan(5_000);
});
