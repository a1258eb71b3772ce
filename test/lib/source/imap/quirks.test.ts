/** What servers are known to do, each seen from a Dovecot behind a proxy that does the same (gateway.md 7). */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { fillMaildir } from '@/test/fixtures/maildir-writer';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, type Rewrite, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, PASSWORD } from './imap-account';

const AS_IT_IS: Rewrite = (line) => line;

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;
let inbox: Id;
let user: string;
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
  user = `user${count}`;
  await dovecot.addUser(user, PASSWORD);
  for (const n of [1, 2, 3]) await dovecot.deliver(user, plainMessage(`mail ${n}`, `body ${n}`));
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: (line) => theirs(line),
    fromClient: (line) => ours(line),
  });
});
afterEach(async () => {
  await account?.close();
  await proxy.stop();
});

/** On a server that is so from the first line on. */
async function open(): Promise<void> {
  ({ account, inbox } = await openAtInbox(dovecot, { user, port: proxy.port }));
}
const rows = async () => {
  const locations = await account.index.mailboxLocations(inbox, 1, 1_000_000);
  return account.index.emails(locations.map(({ emailId }) => emailId));
};
const subjects = async () => (await rows()).map(({ headers }) => headers?.subject).sort();
const idOf = async (subject: string) =>
  (await rows()).find(({ headers }) => headers?.subject === subject)?.id ?? '';
const bytes = async (id: Id) => Buffer.concat(await (await account.source.readRaw(id)).toArray());
const sent = (what: RegExp) => proxy.sent().filter((line) => what.test(line));
const UNCHANGED = { addKeywords: [], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };

it('pitfall 1: a server that lets nobody into a mailbox without ID gets it, in the strict form', async () => {
  let named = '';
  ours = (line) => {
    if (/ ID /i.test(line)) named = line;
    return named === '' ? line.replace(/ (SELECT|FETCH) /, ' UNSAFE ') : line;
  };
  await open();
  expect(await subjects()).toHaveLength(3);
  expect(named).toMatch(/^\w+ ID \("name" "[^"]{1,30}"( "[a-z-]+" "[^"]{1,100}")+\)$/);
});

it('pitfall 3: without LIST-STATUS, and where STATUS is refused, mailboxes and what was read of them stay', async () => {
  theirs = withoutCapabilities('LIST-STATUS', 'LIST-EXTENDED');
  await open();
  const before = await account.index.mailboxes();
  ours = (line) => line.replace(/ STATUS .*/, ' STATUS');
  const state = await account.index.state();
  await account.source.refreshMailboxes();
  expect(await account.index.mailboxes()).toEqual(before);
  expect(await account.index.state()).toBe(state);
});

it('pitfall 3, I8: a LIST that names nothing is no account without mailboxes', async () => {
  await open();
  const before = await account.index.mailboxes();
  theirs = (line) => (/^\* LIST /.test(line) ? null : line);
  await expect(account.source.refreshMailboxes()).rejects.toMatchObject({ code: 'protocolViolation' });
  expect(await account.index.mailboxes()).toEqual(before);
});

it.each([
  ['NIL', 'NIL'],
  ['an empty string', '""'],
])(
  'pitfall 5: an attached message that the server gives %s for is read from the message',
  async (_name, nothing) => {
    const inner = plainMessage('inner', 'words of the inner one').toString();
    const head = [
      'Subject: outer',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=o',
      '',
      '--o',
    ];
    const parts = ['', 'words', '--o', 'Content-Type: message/rfc822', '', inner, '--o--', ''];
    await dovecot.deliver(user, Buffer.from([...head, ...parts].join('\r\n')));
    await open();
    ours = (line) => line.replace('BODY.PEEK[2]', 'BODY.PEEK[9]');
    theirs = (line) => line.replace(/BODY\[9\](<\d+>)? (NIL|"")/, `BODY[2]$1 ${nothing}`);
    const part = await account.source.readPart(await idOf('outer'), '2');
    expect(Buffer.concat(await part.toArray()).toString()).toBe(inner);
  },
);

it('pitfall 6: a size that lies cuts nothing off', async () => {
  theirs = (line) => line.replace(/RFC822\.SIZE \d+/, 'RFC822.SIZE 10');
  const raw = plainMessage('large', `${'x'.repeat(70)}\n`.repeat(9_000));
  await dovecot.deliver(user, raw);
  await open();
  expect((await bytes(await idOf('large'))).length).toBeGreaterThan(9_000 * 71);
});

it('pitfall 6: a server that ignores the range it is asked for is asked once', async () => {
  ours = (line) => line.replace(/<\d+\.\d+>/g, '');
  await dovecot.deliver(user, plainMessage('large', `${'x'.repeat(70)}\n`.repeat(9_000)));
  await open();
  const id = await idOf('large');
  const whole = await bytes(id);
  expect(whole.length).toBeGreaterThan(9_000 * 71);
  expect(sent(/BODY\.PEEK\[\]/)).toHaveLength(1);
  for (const offset of [400_000, whole.length - 1_000]) {
    const rest = await account.source.readPart(id, '', { offset, length: 500 });
    expect(Buffer.concat(await rest.toArray()).equals(whole.subarray(offset, offset + 500))).toBe(true);
  }
});

it('pitfall 10: a mod-sequence of 0 is none, and is not asked about', async () => {
  theirs = (line) => line.replace(/HIGHESTMODSEQ \d+/, 'HIGHESTMODSEQ 0');
  await open();
  await dovecot.doveadm('flags', 'add', '-u', user, '\\Flagged', 'mailbox', 'INBOX', 'uid', '2');
  await account.source.refreshMailboxes();
  await account.source.refreshMailbox(inbox, 50);
  expect(sent(/CHANGEDSINCE 0/)).toEqual([]);
  expect((await rows()).map(({ keywords }) => keywords)).toContainEqual(['$flagged']);
});

it('pitfall 22: an ENABLED that names nothing loses no change, whatever it has switched on', async () => {
  theirs = (line) => line.replace(/^\* ENABLED .*/, '* ENABLED');
  await open();
  await dovecot.doveadm('flags', 'add', '-u', user, '\\Flagged', 'mailbox', 'INBOX', 'uid', '2');
  await dovecot.doveadm('expunge', '-u', user, 'mailbox', 'INBOX', 'uid', '1');
  await dovecot.deliver(user, plainMessage('mail 4', 'x'));
  await account.source.refreshMailbox(inbox, 50);
  expect(await subjects()).toEqual(['mail 2', 'mail 3', 'mail 4']);
  expect((await rows()).map(({ keywords }) => keywords)).toContainEqual(['$flagged']);
  expect(sent(/ (ENABLE|SELECT) /)[0]).toMatch(/ ENABLE /);
});

it('pitfall 31: rows whose items come in another order, and rows that nobody asked for, are read by what they say', async () => {
  theirs = (line) =>
    line.replace(
      /^\* (\d+) FETCH \((UID \d+) (FLAGS \([^)]*\))/,
      '* 1 FETCH (FLAGS ())\r\n* $1 FETCH ($3 $2',
    );
  await dovecot.doveadm('flags', 'add', '-u', user, '\\Flagged', 'mailbox', 'INBOX', 'uid', '2');
  await open();
  expect(await subjects()).toEqual(['mail 1', 'mail 2', 'mail 3']);
  const flagged = (await rows()).filter(({ keywords }) => keywords.includes('$flagged'));
  expect(flagged.map(({ headers }) => headers?.subject)).toEqual(['mail 2']);
});

const BEHIND = / UID FETCH 1:\d+ /;
it('pitfall 33: while the rest of a mailbox is read behind, and the server takes its time, a click is answered', async () => {
  fillMaildir(join(dovecot.directory, 'home', user, 'Maildir'), { seed: 1, count: 200, folder: 'INBOX' });
  ours = (line) => (BEHIND.test(line) ? null : line);
  await open();
  await vi.waitFor(() => expect(sent(BEHIND)).toHaveLength(1), 10_000);
  const [location] = await account.index.mailboxLocations(inbox, 190, 1_000);
  const id = location?.emailId ?? '';
  const outcome = await account.source.updateEmails([{ ...UNCHANGED, id, addKeywords: ['$seen'] }]);
  expect(outcome.get(id)).toBeNull();
  expect((await bytes(id)).length).toBeGreaterThan(0);
});

it.each(['NO', 'BAD', 'NO '])(
  'pitfall 35: a bare "%s" is a refusal, and the session lives',
  async (words) => {
    await open();
    const made = proxy.accepted();
    theirs = (line) => line.replace(/^(\w+) (OK|NO|BAD) .*/, `$1 ${words}`);
    const raw = plainMessage('refused', 'x');
    await expect(
      account.source.append({ raw, mailboxIds: [inbox], keywords: [], receivedAt: 0 }),
    ).rejects.toMatchObject({ code: 'commandFailed' });
    theirs = AS_IT_IS;
    await account.source.refreshMailbox(inbox, 50);
    expect(proxy.accepted()).toBe(made);
  },
);

it('pitfall 36: a large message comes in chunks of a megabyte and more', async () => {
  const raw = plainMessage('large', `${'x'.repeat(70)}\n`.repeat(60_000));
  await dovecot.deliver(user, raw);
  await open();
  const whole = await bytes(await idOf('large'));
  const chunks = sent(/BODY\.PEEK\[\]</).map((line) => Number(/\.(\d+)>/.exec(line)?.[1]));
  expect(chunks.slice(1).every((length) => length >= 1 << 20)).toBe(true);
  expect(chunks.length).toBeLessThanOrEqual(2 + whole.length / (1 << 20));
});

it.each(['MOVE', 'ESEARCH', 'LIST-STATUS', 'IDLE', 'NAMESPACE', 'ENABLE', 'ID'])(
  'R18: a server that offers %s and does not know it is one without',
  async (capability) => {
    const words: Record<string, RegExp> = {
      MOVE: / UID MOVE /,
      ESEARCH: / SEARCH RETURN /,
      'LIST-STATUS': / LIST .* RETURN .*STATUS/,
      IDLE: / IDLE$/,
      NAMESPACE: / NAMESPACE$/,
      ENABLE: / ENABLE /,
      ID: / ID \(/,
    };
    ours = (line) => (words[capability]?.test(line) ? line.replace(/^(\S+) .*/, '$1 XUNKNOWN') : line);
    await open();
    expect(await subjects()).toHaveLength(3);
    const [archive, gone, moved] = [
      await account.byRole('archive'),
      await idOf('mail 1'),
      await idOf('mail 2'),
    ];
    const patch = { ...UNCHANGED, id: moved, addMailboxes: [archive], removeMailboxes: [inbox] };
    expect([...(await account.source.updateEmails([patch])).values()]).toEqual([null]);
    expect([...(await account.source.destroyEmails([gone])).values()]).toEqual([null]);
    const found = await account.source.search({ body: 'body' }, [inbox], new AbortController().signal);
    expect(found.emailIds).toEqual([await idOf('mail 3')]);
  },
);
