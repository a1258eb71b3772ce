/** Lost connections, refused passwords, silence: what is told, what comes back by itself (security.md R7, R8, R9, R22). */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { fillMaildir } from '@/test/fixtures/maildir-writer';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, PASSWORD } from './imap-account';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;
let inbox: Id;
let user: string;
let count = 0;
/** Set by tests: the proxy's view of each line of the server. */
let rewrite: (line: string) => string | null = (line) => line;
/** ... and of each line of ours. */
let rewriteOurs: (line: string) => string | null = (line) => line;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  count += 1;
  user = `user${count}`;
  rewrite = (line) => line;
  rewriteOurs = (line) => line;
  await dovecot.addUser(user, PASSWORD);
  for (let n = 1; n <= 3; n += 1)
    await dovecot.deliver(user, `Subject: mail ${n}\nMessage-ID: <${n}@example.org>\n\nbody ${n}\n`);
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: (line) => rewrite(line),
    fromClient: (line) => rewriteOurs(line),
  });
  ({ account, inbox } = await openAtInbox(dovecot, { user, port: proxy.port }));
});
afterEach(async () => {
  await account.close();
  await proxy.stop();
});

const subjects = async () => {
  const locations = await account.index.mailboxLocations(inbox, 1, 1_000);
  const emails = await account.index.emails(locations.map(({ emailId }) => emailId));
  return emails.map((email) => email.headers?.subject).sort();
};
const eventually = (check: () => Promise<void> | void) =>
  vi.waitFor(check, { timeout: 15_000, interval: 50 });

describe('R8: a connection that breaks', () => {
  it('is opened again for the next read, without anybody noticing', async () => {
    proxy.cut();
    await dovecot.deliver(user, 'Subject: later\n\nx\n');
    await account.source.refreshMailbox(inbox, 50);
    expect(await subjects()).toContain('later');
    expect(account.source.status().connection).toBe('ready');
  });

  it('is told as offline while the server is away, and comes back by itself while somebody looks', async () => {
    account.source.watch([inbox]);
    await eventually(() => expect(proxy.open()).toBeGreaterThanOrEqual(2));
    proxy.refuse(true);
    proxy.cut();
    await expect(account.source.refreshMailbox(inbox, 50)).rejects.toMatchObject({ code: 'connectionLost' });
    // A connection that was lost may be a moment old: it is away once a new one fails.
    await eventually(() => expect(account.source.status()).toMatchObject({ connection: 'offline' }));
    expect(account.source.status().since).not.toBeNull();
    expect(await subjects()).toHaveLength(3);
    await dovecot.deliver(user, 'Subject: meanwhile\n\nx\n');
    proxy.refuse(false);
    await eventually(async () => expect(await subjects()).toContain('meanwhile'));
    expect(account.source.status()).toMatchObject({ connection: 'ready', since: null, error: null });
  });

  it('while a message is read is taken up on a new one', async () => {
    const [location] = await account.index.mailboxLocations(inbox, 1, 1_000);
    proxy.cut();
    const chunks = [];
    for await (const chunk of await account.source.readRaw(location?.emailId ?? '')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toContain('body 1');
  });
});

it('R17: an APPEND whose answer is lost is found again and not stored twice', async () => {
  let lost = false;
  rewrite = (line) => {
    if (lost || !/OK \[APPENDUID/.test(line)) return line;
    lost = true;
    proxy.cut();
    return null;
  };
  const raw = plainMessage('once', 'x');
  const id = await account.source.append({ raw, mailboxIds: [inbox], keywords: ['$seen'], receivedAt: 0 });
  expect(lost).toBe(true);
  await account.source.refreshMailbox(inbox, 50);
  expect((await subjects()).filter((subject) => subject === 'once')).toHaveLength(1);
  expect(await account.index.emails([id])).toHaveLength(1);
});

it('R17: an APPEND that never arrived is not taken for an older copy of the same Message-ID', async () => {
  const drafts = await account.byRole('drafts');
  const draft = (text: string) => ({
    raw: Buffer.from(`Message-ID: <draft@example.org>\r\nSubject: draft\r\n\r\n${text}\r\n`),
    ...{ mailboxIds: [drafts], keywords: ['$draft'], receivedAt: 0 },
  });
  const older = await account.source.append(draft('as it was'));
  let lost = false;
  rewriteOurs = (line) => {
    if (lost || !/ APPEND /.test(line)) return line;
    lost = true;
    proxy.cut();
    return null;
  };
  await expect(account.source.append(draft('as it is now'))).rejects.toMatchObject({
    code: 'connectionLost',
  });
  expect(lost).toBe(true);
  // What was lost is what is stored next, and the older one stays itself.
  expect(await account.source.append(draft('as it is now'))).not.toBe(older);
});

it('R17: a MOVE whose answer is lost leaves the message in one place, and the index knows which', async () => {
  const archive = await account.byRole('archive');
  const [location] = await account.index.mailboxLocations(inbox, 1, 1_000);
  const id = location?.emailId ?? '';
  let lost = false;
  rewrite = (line) => {
    if (lost || !/COPYUID/.test(line)) return line;
    lost = true;
    proxy.cut();
    return null;
  };
  const patch = { addKeywords: [], removeKeywords: [], addMailboxes: [archive], removeMailboxes: [inbox] };
  const outcome = await account.source.updateEmails([{ id, ...patch }]);
  expect(lost).toBe(true);
  expect(outcome.get(id)).toBeNull();
  await account.source.refreshMailbox(archive, 50);
  await account.source.refreshMailbox(inbox, 50);
  const moved = await dovecot.doveadm('search', '-u', user, 'mailbox', 'Archive', 'all');
  const [row] = await account.index.emails([id]);
  expect(moved.trim()).not.toBe('');
  expect(row?.mailboxIds).toEqual([archive]);
});

describe('of many, the server refuses some', () => {
  // Every other one of them: more than one command line holds.
  const MANY = 500;
  const others = async () => {
    fillMaildir(join(dovecot.directory, 'home', user, 'Maildir'), { seed: 1, count: MANY, folder: 'INBOX' });
    await account.source.refreshMailbox(inbox, MANY + 3);
    const locations = await account.index.mailboxLocations(inbox, 1, 1_000);
    return locations.filter(({ uid }) => uid % 2 === 0).map(({ emailId }) => emailId);
  };
  const outcomes = (results: ReadonlyMap<Id, unknown>) => {
    const all = [...results.values()];
    return {
      done: all.filter((error) => error === null).length,
      refused: all.filter((error) => error).length,
    };
  };
  const patch = { addKeywords: [], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
  /** The second line of a command names what no server knows. */
  const refuseSecond = (command: RegExp, change: (line: string) => string) => {
    let count = 0;
    rewriteOurs = (line) => {
      if (command.test(line)) count += 1;
      return command.test(line) && count > 1 ? change(line) : line;
    };
  };

  it.each([
    ['with', []],
    ['without', ['MOVE']],
  ])('pitfall 24: a move: those that went are told as moved, %s MOVE', async (_with, missing) => {
    rewrite = withoutCapabilities(...missing);
    proxy.cut();
    const ids = await others();
    const archive = await account.byRole('archive');
    refuseSecond(/ UID (MOVE|COPY) /, (line) => line.replace(/\S+$/, 'Nowhere'));
    const moves = ids.map((id) => ({ id, ...patch, addMailboxes: [archive], removeMailboxes: [inbox] }));
    const results = await account.source.updateEmails(moves);
    const { done, refused } = outcomes(results);
    expect([done > 0, refused > 0, done + refused]).toEqual([true, true, ids.length]);
    const found = await dovecot.doveadm('search', '-u', user, 'mailbox', 'Archive', 'all');
    expect(found.trim().split('\n')).toHaveLength(done);
    const left = await dovecot.doveadm('search', '-u', user, 'mailbox', 'INBOX', 'all');
    expect(left.trim().split('\n')).toHaveLength(MANY + 3 - done);
    for (const { id, mailboxIds } of await account.index.emails(ids)) {
      expect(mailboxIds).toEqual([results.get(id) === null ? archive : inbox]);
    }
  });

  it('pitfall 9: keywords and removals: each is told as it is, and no command is long', async () => {
    const ids = await others();
    refuseSecond(/ UID STORE .*mine/, (line) => line.replace(/\+FLAGS.SILENT/, 'NONSENSE'));
    const flags = await account.source.updateEmails(
      ids.map((id) => ({ id, ...patch, addKeywords: ['mine'] })),
    );
    const flagged = await dovecot.doveadm('search', '-u', user, 'mailbox', 'INBOX', 'keyword', 'mine');
    expect(outcomes(flags).refused).toBeGreaterThan(0);
    expect(flagged.trim().split('\n')).toHaveLength(outcomes(flags).done);
    refuseSecond(/ UID STORE .*Deleted/, (line) => line.replace(/\+FLAGS.SILENT/, 'NONSENSE'));
    const removed = await account.source.destroyEmails(ids);
    const left = await dovecot.doveadm('search', '-u', user, 'mailbox', 'INBOX', 'all');
    expect(outcomes(removed).refused).toBeGreaterThan(0);
    expect(left.trim().split('\n')).toHaveLength(MANY + 3 - outcomes(removed).done);
    // RFC 2683 §3.2.1.5.
    expect(proxy.sent().filter((line) => line.length > 1_000)).toEqual([]);
  });
});

it('pitfall 25: what others changed while a change of ours goes on in several steps is kept', async () => {
  const archive = await account.byRole('archive');
  const [one, two] = await account.index.mailboxLocations(inbox, 1, 1_000);
  await dovecot.doveadm('flags', 'add', '-u', user, 'theirs', 'mailbox', 'INBOX', 'uid', String(one?.uid));
  let look: Promise<void> | null = null;
  rewriteOurs = (line) => {
    // It comes between the two commands, and knows of both flags before the change is over.
    if (/ UID STORE /.test(line)) look ??= account.source.refreshMailbox(inbox, 50);
    return line;
  };
  const none = { addKeywords: [], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
  await account.source.updateEmails([
    { ...none, id: one?.emailId ?? '', addKeywords: ['ours'] },
    { ...none, id: two?.emailId ?? '', addMailboxes: [archive], removeMailboxes: [inbox] },
  ]);
  await look;
  await account.source.refreshMailbox(inbox, 50);
  const [row] = await account.index.emails([one?.emailId ?? '']);
  expect(row?.keywords.toSorted()).toEqual(['ours', 'theirs']);
});

describe('R17: without MOVE', () => {
  const withoutMove = withoutCapabilities('MOVE');
  const lose = (answer: RegExp) => {
    let lost = false;
    rewrite = (line) => {
      if (lost || !answer.test(line)) return withoutMove(line);
      lost = true;
      proxy.cut();
      return null;
    };
    return () => lost;
  };

  it.each([
    ['COPY', /COPYUID/],
    ['STORE', /OK Store completed/],
  ])('a move whose answer to %s is lost ends in one place', async (_command, answer) => {
    proxy.cut();
    const isLost = lose(answer);
    await account.source.refreshMailbox(inbox, 50);
    const archive = await account.byRole('archive');
    const [location] = await account.index.mailboxLocations(inbox, 1, 1_000);
    const id = location?.emailId ?? '';
    const patch = { addKeywords: [], removeKeywords: [], addMailboxes: [archive], removeMailboxes: [inbox] };
    const outcome = await account.source.updateEmails([{ id, ...patch }]);
    expect(isLost()).toBe(true);
    expect(outcome.get(id)).toBeNull();
    expect((await account.index.emails([id]))[0]?.mailboxIds).toEqual([archive]);
    const count = async (mailbox: string) =>
      (await dovecot.doveadm('search', '-u', user, 'mailbox', mailbox, 'all')).trim().split('\n').length;
    expect([await count('Archive'), await count('INBOX')]).toEqual([1, 2]);
  });
});

it('R17: an APPEND whose answer makes no sense is found again and not stored twice', async () => {
  let lost = false;
  rewrite = (line) => {
    if (lost || !/OK \[APPENDUID/.test(line)) return line;
    lost = true;
    return '* 1 FETCH (BODY[] {99999999999}';
  };
  const raw = plainMessage('once', 'x');
  await account.source.append({ raw, mailboxIds: [inbox], keywords: [], receivedAt: 0 });
  expect(lost).toBe(true);
  await account.source.refreshMailbox(inbox, 50);
  expect((await subjects()).filter((subject) => subject === 'once')).toHaveLength(1);
});

describe('R8, R22, pitfall 21: a server that lets in and then breaks off', () => {
  it('is not signed in to with every wish', async () => {
    rewriteOurs = (line) => {
      if (/ SELECT /.test(line)) proxy.cut();
      return line;
    };
    proxy.cut();
    const before = proxy.accepted();
    for (let n = 0; n < 6; n += 1) await expect(account.source.refreshMailbox(inbox, 50)).rejects.toThrow();
    expect(proxy.accepted() - before).toBeLessThanOrEqual(3);
    expect(account.source.status()).toMatchObject({ connection: 'offline' });
    rewriteOurs = (line) => line;
    await account.source.reconnect();
    await account.source.refreshMailbox(inbox, 50);
    expect(account.source.status()).toMatchObject({ connection: 'ready', error: null });
  });

  it('is idled with ever more seldom', async () => {
    const at: number[] = [];
    rewriteOurs = (line) => {
      if (!/ IDLE$/.test(line)) return line;
      at.push(Date.now());
      proxy.cut();
      return null;
    };
    account.source.watch([inbox]);
    await eventually(() => expect(at.length).toBeGreaterThanOrEqual(3));
    const [first = 0, second = 0, third = 0] = at;
    expect(second - first).toBeGreaterThan(700);
    expect(third - second).toBeGreaterThan(1_450);
  });
});

it('R14: a mailbox without UIDVALIDITY is told as that, and nobody signs in anew for it', async () => {
  const archive = await account.byRole('archive');
  rewrite = (line) => (/\[UIDVALIDITY /.test(line) ? '* OK x' : line);
  const before = proxy.accepted();
  await expect(account.source.refreshMailbox(archive, 50)).rejects.toMatchObject({
    code: 'protocolViolation',
  });
  expect(proxy.accepted()).toBe(before);
  rewrite = (line) => line;
  await account.source.refreshMailbox(archive, 50);
});

describe('R22, pitfall 21: a password that is refused', () => {
  it('is tried by one connection, not by all that are wanted', async () => {
    await account.source.search({ text: 'mail' }, [inbox], new AbortController().signal);
    await dovecot.setPassword(user, 'changed');
    const tries = () => proxy.sent().filter((line) => /^\S+ (AUTHENTICATE|LOGIN) /.test(line)).length;
    const before = tries();
    proxy.cut();
    account.source.watch([inbox]);
    const wanted = [
      account.source.refreshMailbox(inbox, 50),
      account.source.search({ text: 'mail' }, [inbox], new AbortController().signal),
    ];
    for (const { status } of await Promise.allSettled(wanted)) expect(status).toBe('rejected');
    await eventually(() => expect(account.source.status().connection).toBe('needsPassword'));
    expect(tries() - before).toBeLessThanOrEqual(2);
  });

  it('is told as such, and is not tried again until the user gives another', async () => {
    await dovecot.setPassword(user, 'changed');
    account.source.watch([inbox]);
    proxy.cut();
    await expect(account.source.refreshMailbox(inbox, 50)).rejects.toMatchObject({ code: 'wrongPassword' });
    const tries = proxy.accepted();
    await expect(account.source.refreshMailbox(inbox, 50)).rejects.toMatchObject({ code: 'wrongPassword' });
    expect(proxy.accepted()).toBe(tries);
    expect(account.source.status().connection).toBe('needsPassword');
    account.secret.password = 'changed';
    await account.source.reconnect();
    expect(account.source.status()).toMatchObject({ connection: 'ready', error: null });
    await account.source.refreshMailbox(inbox, 50);
  });

  it.each([
    ['NO [UNAVAILABLE] Temporary authentication failure.', 'serverUnavailable'],
    ['NO [ALERT] Maximum number of connections from user+IP exceeded', 'serverUnavailable'],
    ['NO [ALERT] Application-specific password required', 'appPasswordNeeded'],
    ['NO IMAP is disabled for your account', 'protocolDisabled'],
    ['NO [AUTHENTICATIONFAILED] Authentication failed.', 'wrongPassword'],
  ])('%s is %s', async (words, code) => {
    await dovecot.setPassword(user, 'changed');
    rewrite = (line) => line.replace(/NO \[AUTHENTICATIONFAILED\].*/, words);
    proxy.cut();
    await expect(account.source.reconnect()).rejects.toMatchObject({ code });
  });
});

describe('while somebody looks', () => {
  it('new mail, flags and removals by others appear at once', async () => {
    account.source.watch([inbox]);
    await eventually(() => expect(proxy.sent().filter((line) => / IDLE$/.test(line))).not.toHaveLength(0));
    await dovecot.deliver(user, 'Subject: pushed\n\nx\n');
    await eventually(async () => expect(await subjects()).toContain('pushed'));
    await dovecot.doveadm('expunge', '-u', user, 'mailbox', 'INBOX', 'subject', 'pushed');
    await eventually(async () => expect(await subjects()).not.toContain('pushed'));
  });

  it('nothing idles once nobody looks', async () => {
    account.source.watch([inbox]);
    await eventually(() => expect(proxy.sent().filter((line) => / IDLE$/.test(line))).not.toHaveLength(0));
    account.source.watch([]);
    await eventually(() => expect(proxy.sent()).toContain('DONE'));
  });
});

describe('R13, pitfall 4: a message that poisons its row', () => {
  it('is in the list all the same, and so are the others', async () => {
    const deep = `${'('.repeat(500)}"text" "plain" NIL NIL NIL "7bit" 1 1${')'.repeat(500)}`;
    rewrite = (line) =>
      / FETCH \(UID 4 .*BODYSTRUCTURE \(/.test(line)
        ? line.replace(/BODYSTRUCTURE .* BODY\[/, `BODYSTRUCTURE ${deep} BODY[`)
        : line;
    await dovecot.deliver(user, 'Subject: poison\n\nx\n');
    await dovecot.deliver(user, 'Subject: healthy\n\nx\n');
    await account.source.refreshMailbox(inbox, 50);
    expect(await subjects()).toEqual(['healthy', 'mail 1', 'mail 2', 'mail 3', 'poison']);
    // R15: expunged by another program it gets no empty structure, which a copy elsewhere would be shown with.
    const located = await account.index.mailboxLocations(inbox, 1, 1_000);
    const rows = await account.index.emails(located.map(({ emailId }) => emailId));
    const poison = rows.find(({ headers }) => headers?.subject === 'poison');
    expect(poison?.structure).toBeNull();
    await dovecot.doveadm('expunge', '-u', user, 'mailbox', 'INBOX', 'subject', 'poison');
    await account.source.fill([poison?.id ?? ''], ['structure']);
    expect((await account.index.emails([poison?.id ?? '']))[0]?.structure).toBeNull();
  });
});

it('I8, R13: messages that the server refuses for a while are not left out for ever', async () => {
  for (const n of [4, 5]) await dovecot.deliver(user, `Subject: mail ${n}\n\nx\n`);
  // It tells which there are, and nothing about them.
  rewriteOurs = (line) => line.replace(/( FETCH 4:5 \(UID FLAGS| FETCH [45] \().*/, ' FETCH NONSENSE');
  await expect(account.source.refreshMailbox(inbox, 50)).rejects.toMatchObject({ code: 'commandFailed' });
  rewriteOurs = (line) => line;
  await account.source.refreshMailbox(inbox, 50);
  expect(await subjects()).toEqual(['mail 1', 'mail 2', 'mail 3', 'mail 4', 'mail 5']);
});

it('a slow reader of a large message holds no connection', async () => {
  const raw = plainMessage('large', `${'x'.repeat(70)}\n`.repeat(60_000));
  const id = await account.source.append({ raw, mailboxIds: [inbox], keywords: [], receivedAt: 0 });
  const stream = await account.source.readRaw(id);
  const iterator = stream[Symbol.asyncIterator]();
  expect((await iterator.next()).value.length).toBeGreaterThan(0);
  // The stream stands still; other downloads and searches go on.
  const other = await account.source.search({ text: 'mail' }, [inbox], new AbortController().signal);
  expect(other.emailIds.length).toBeGreaterThan(0);
  stream.destroy();
});
