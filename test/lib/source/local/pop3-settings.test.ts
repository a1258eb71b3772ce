/** What each setting of a POP3 account does, judged by the maildrop and by what is kept here. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Pop3Settings } from '@/lib/account/record';
import { feedTables } from '@/lib/db/feed-tables';
import type { EmailRow } from '@/lib/index/types';
import { FeedHistory } from '@/lib/source/local/feed-history';
import { type FakeMaildrop, type FakeMessage, fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';
import { type LocalAccount, localAccount } from './local-account';

const DAY_MS = 86_400_000;
let maildrop: FakeMaildrop;
let account: LocalAccount;

afterEach(async () => {
  await account?.close();
  await maildrop?.close();
});

function message(uidl: string, daysAgo = 0, messageId?: string): FakeMessage {
  const date = new Date(Date.now() - daysAgo * DAY_MS).toUTCString().replace('GMT', '+0000');
  const id = messageId ? `Message-ID: <${messageId}>\r\n` : '';
  return { uidl, raw: `Date: ${date}\r\n${id}Subject: ${uidl}\r\n\r\nbody of ${uidl}\r\n` };
}

async function start(
  messages: FakeMessage[],
  pop3: Partial<Pop3Settings>,
  dialect: 'sqlite' | 'postgres' = 'sqlite',
): Promise<void> {
  maildrop = await fakeMaildrop(messages);
  const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
  account = await localAccount(dialect, { incoming, password: 'pw', pop3 });
}

async function collect(): Promise<string | null> {
  await account.source.collect().catch(() => undefined);
  await account.source.idle();
  return account.source.status().error?.code ?? null;
}

async function kept(): Promise<EmailRow[]> {
  const { ids } = await account.index.query({
    filter: null,
    sort: [{ property: 'subject' }],
    ...{ collapseThreads: false, position: 0, anchor: null, anchorOffset: 0, limit: 500 },
  });
  return account.index.emails(ids);
}

async function subjects(): Promise<string[]> {
  return (await kept()).map((row) => row.headers?.subject ?? '').toSorted();
}

async function idOf(subject: string): Promise<string> {
  return (await kept()).find((row) => row.headers?.subject === subject)?.id ?? '';
}

async function move(subject: string, role: 'trash' | 'archive'): Promise<void> {
  const inbox = account.source.roleId('inbox');
  const patch = { addKeywords: [], removeKeywords: [], addMailboxes: [account.source.roleId(role)] };
  await account.source.updateEmails([{ id: await idOf(subject), ...patch, removeMailboxes: [inbox] }]);
}

const onServer = () => maildrop.messages.map(({ uidl }) => uidl);
const sessions = () => maildrop.commands.filter((line) => line === 'QUIT').length;
const history = () => new FeedHistory('aannexample', feedTables(account.databases.main));

describe('the first session of a POP3 account', () => {
  it.each(['sqlite', 'postgres'] as const)('brings the last days only, on %s', async (dialect) => {
    const old = Array.from({ length: 40 }, (_, n) => message(`old ${n}`, 400 - n));
    await start([...old, message('week', 7), message('today')], { firstRun: 'days' }, dialect);
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['today', 'week']);
    // The newest twenty that are older in a row end the search: TOP is not sent for all.
    expect(maildrop.commands.filter((line) => line.startsWith('TOP'))).toHaveLength(40);
    maildrop.messages.push(message('next'));
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['next', 'today', 'week']);
  });

  it('brings only what comes from now on, and never deletes what it left out', async () => {
    await start([message('before')], { firstRun: 'new', leaveOnServer: false });
    await collect();
    maildrop.messages.push(message('after'));
    await collect();
    expect(await subjects()).toEqual(['after']);
    expect(onServer()).toEqual(['before']);
  });

  it('brings the last days of a full maildrop, and the rest once that is wished', async () => {
    const old = Array.from({ length: 220 }, (_, n) => message(`old ${n}`, 400 - n));
    await start([...old, message('today')], { leaveOnServer: false });
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['today']);
    expect(onServer()).toHaveLength(220);
    expect(await history().skipped()).toBe(220);
    const { dataDir } = account;
    await account.close(true);
    const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
    account = await localAccount('sqlite', { incoming, password: 'pw', pop3: { firstRun: 'all' }, dataDir });
    expect(await collect()).toBeNull();
    expect(await subjects()).toHaveLength(221);
  });

  it('with an empty maildrop it is done: what comes next is fetched', async () => {
    await start([], { firstRun: 'new' });
    await collect();
    maildrop.messages.push(message('after'));
    await collect();
    expect(await subjects()).toEqual(['after']);
  });
});

describe('a session', () => {
  it('takes no more messages than it may, and the next one follows at once', async () => {
    await start(
      Array.from({ length: 25 }, (_, n) => message(`m${n}`)),
      { sessionMessages: 10, leaveOnServer: false },
    );
    await collect();
    expect(await subjects()).toHaveLength(25);
    expect(sessions()).toBe(3);
    expect(onServer()).toEqual([]);
    expect(account.progress.at(-1)).toMatchObject({ done: 25, total: 25, finished: true });
  });

  it('takes no more megabytes than it may, but one message at least', async () => {
    const large = (uidl: string) => ({ uidl, raw: `${message(uidl).raw}${'more of it\r\n'.repeat(50_000)}` });
    const all = [large('a'), large('b'), message('c'), message('d')];
    await start(all, { sessionMegabytes: 1, headersFirstMegabytes: null });
    await collect();
    expect(await subjects()).toEqual(['a', 'b', 'c', 'd']);
    // Of 600 kB each there are not two in a megabyte.
    expect(sessions()).toBe(2);
  });
});

describe('the server', () => {
  it('is signed in to as the setting says', async () => {
    await start([message('a')], { signInMethod: 'login' });
    expect(await collect()).toBeNull();
    expect(maildrop.commands).toContain('AUTH LOGIN');
    expect(maildrop.commands.filter((line) => /^(USER|PASS)/.test(line))).toEqual([]);
  });

  it('is asked when the mailbox is opened, unless that is off', async () => {
    await start([message('a')], { fetchOnOpening: false });
    await account.source.refreshMailboxes();
    const look = () => account.source.watch([account.source.roleId('inbox')]);
    look();
    expect(await collect()).toBeNull();
    expect(sessions()).toBe(1);
    const { dataDir } = account;
    await account.close(true);
    const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
    account = await localAccount('sqlite', { incoming, password: 'pw', dataDir });
    look();
    await vi.waitFor(() => expect(sessions()).toBe(2), 5_000);
    await account.source.idle();
    // Once in five minutes is enough.
    look();
    expect(await collect()).toBeNull();
    expect(sessions()).toBe(3);
  });
});

describe('what is removed here goes on the server', () => {
  it('when it is put into Trash, if that is wished', async () => {
    await start([message('a'), message('b')], { deleteWhenTrashed: true });
    await collect();
    await move('a', 'trash');
    await collect();
    expect(onServer()).toEqual(['b']);
    expect(await subjects()).toEqual(['a', 'b']);
  });

  it('when it is moved out of the inbox, if that is wished', async () => {
    await start([message('a'), message('b')], { deleteWhenMoved: true });
    await collect();
    await move('b', 'archive');
    await collect();
    expect(onServer()).toEqual(['a']);
  });

  it.each(['sqlite', 'postgres'] as const)(
    'I10: not when only the setting has changed where mail is put, on %s',
    async (dialect) => {
      await start([message('a'), message('b')], { deleteWhenMoved: true }, dialect);
      await collect();
      const reopened = async (pop3: Partial<Pop3Settings>) => {
        const { dataDir, databaseUrl } = account;
        await account.close(true);
        const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
        account = await localAccount(dialect, {
          ...{ incoming, password: 'pw', dataDir, databaseUrl },
          pop3: { deleteWhenMoved: true, ...pop3 },
        });
        expect(await collect()).toBeNull();
      };
      maildrop.messages.push(message('c'));
      await reopened({ skipInbox: true });
      expect(onServer()).toEqual(['a', 'b', 'c']);
      await reopened({});
      expect(onServer()).toEqual(['a', 'b', 'c']);
      await move('b', 'archive');
      await collect();
      expect(onServer()).toEqual(['a', 'c']);
    },
  );

  it('when it is destroyed, if that is wished', async () => {
    await start([message('a'), message('b')], { deleteWhenDestroyed: true });
    await collect();
    await account.source.destroyEmails([await idOf('a')]);
    await collect();
    expect(onServer()).toEqual(['b']);
    expect(await subjects()).toEqual(['b']);
  });

  it('I10: not at all by default', async () => {
    await start([message('a'), message('b'), message('c')], {});
    await collect();
    await move('a', 'trash');
    await move('b', 'archive');
    await account.source.destroyEmails([await idOf('c')]);
    await collect();
    expect(onServer()).toEqual(['a', 'b', 'c']);
  });
});

describe('what comes', () => {
  it('goes to the mailbox of choice, with its tag, read', async () => {
    await start([message('a')], { tag: 'work', markReadOnFetch: true });
    const name = { name: 'Shop', parentId: null, role: null, isSubscribed: true };
    const shop = await account.source.createMailbox(name);
    const { dataDir } = account;
    await account.close(true);
    const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
    const pop3 = { targetMailboxId: shop, tag: 'work', markReadOnFetch: true };
    account = await localAccount('sqlite', { incoming, password: 'pw', pop3, dataDir });
    await collect();
    const [email] = await kept();
    expect(email?.mailboxIds).toEqual([shop]);
    expect(email?.keywords.toSorted()).toEqual(['$seen', 'work']);
  });

  it('goes to the inbox when the mailbox of choice is gone, to Archive when the inbox is skipped', async () => {
    await start([message('a')], { targetMailboxId: 'bnone' });
    await collect();
    expect((await kept())[0]?.mailboxIds).toEqual([account.source.roleId('inbox')]);
    await account.close();
    await maildrop.close();
    await start([message('a')], { skipInbox: true });
    await collect();
    expect((await kept())[0]?.mailboxIds).toEqual([account.source.roleId('archive')]);
  });

  it('has its own date', async () => {
    await start([message('a', 100)], { keepDate: true });
    await collect();
    const [email] = await kept();
    expect(Math.abs((email?.receivedAt ?? 0) - (Date.now() - 100 * DAY_MS))).toBeLessThan(DAY_MS);
    expect(email?.keywords).toEqual([]);
  });

  it('has the date of its fetching, if that is wished; what was there before is marked as no news', async () => {
    const pop3 = { keepDate: false, firstRun: 'days', sessionMessages: 10 } as const;
    // More than one session takes, and one that the first run leaves out.
    await start([message('old', 100), ...Array.from({ length: 21 }, (_, n) => message(`m${n}`, 1))], pop3);
    await collect();
    maildrop.messages.push(message('next', 1));
    await collect();
    const { dataDir } = account;
    await account.close(true);
    const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
    const all = { ...pop3, firstRun: 'all' } as const;
    account = await localAccount('sqlite', { incoming, password: 'pw', pop3: all, dataDir });
    await collect();
    const rows = await kept();
    expect(rows).toHaveLength(23);
    for (const { receivedAt } of rows) expect(receivedAt).toBeGreaterThan(Date.now() - DAY_MS / 2);
    const news = rows.filter(({ keywords }) => !keywords.includes('$imported'));
    expect(news.map(({ headers }) => headers?.subject)).toEqual(['next']);
  });

  it.each([
    ['skip', 1, []],
    ['keep', 2, []],
    ['tag', 2, ['duplicate']],
  ] as const)('twice with one Message-ID and the same bytes: %s', async (duplicates, count, keywords) => {
    const { raw } = message('twin', 1, 'twin@example.org');
    const other = message('lone', 1, 'lone@example.org');
    await start([{ uidl: 'u1', raw }, { uidl: 'u2', raw }, other], { duplicates });
    await collect();
    const twins = (await kept()).filter((row) => row.headers?.subject === 'twin');
    expect(twins).toHaveLength(count);
    expect(twins.flatMap((row) => row.keywords)).toEqual(keywords);
    maildrop.messages.push({ uidl: 'u3', raw });
    await collect();
    expect(await subjects()).toHaveLength(duplicates === 'skip' ? 2 : 4);
  });
});

describe('sessions are remembered', () => {
  it('with what they brought and what failed, and pause the timer after so many failures', async () => {
    await start([message('a')], { pauseAfterFailures: 2, intervalMinutes: 15 });
    await collect();
    maildrop.misbehaviour.answer = (line) => (line.startsWith('PASS') ? '-ERR [SYS/TEMP] no disk\r\n' : null);
    expect(await collect()).toBe('tryLater');
    expect(await history().isPaused(2)).toBe(false);
    expect(await collect()).toBe('tryLater');
    expect(await history().isPaused(2)).toBe(true);
    const [last, , first] = await history().sessions();
    expect(last).toMatchObject({ code: 'tryLater', server_text: '[SYS/TEMP] no disk', messages: 0 });
    expect((last?.next_at ?? 0) - (last?.started_at ?? 0)).toBe(15 * 60_000);
    expect(first).toMatchObject({ code: null, messages: 1, deleted: 0 });
    const asked = maildrop.commands.length;
    account.source.watch([account.source.roleId('inbox')]);
    await account.source.idle();
    expect(maildrop.commands).toHaveLength(asked);
    await vi.waitFor(() => expect(account.source.status().connection).toBe('offline'));
    maildrop.misbehaviour = {};
    expect(await collect()).toBeNull();
    expect(account.source.status().connection).toBe('ready');
    expect(await history().isPaused(2)).toBe(false);
  });

  it('so that a pause is seen after a restart as well', async () => {
    await start([], { pauseAfterFailures: 2, intervalMinutes: 15 });
    const session = {
      ...{ messages: 0, bytes: 0, deleted: 0 },
      ...{ expire_days: null, login_delay: null, next_at: null },
    };
    const failed = { code: 'tryLater', server_text: '[SYS/TEMP] no disk' };
    for (const at of [1_000, 2_000])
      await history().add({ ...session, ...failed, started_at: at, ended_at: at });
    expect(account.source.status().connection).toBe('ready');
    account.source.watch([account.source.roleId('inbox')]);
    await vi.waitFor(() => expect(account.source.status().connection).toBe('offline'));
    const { since, error } = account.source.status();
    expect([since, error?.code, error?.serverText]).toEqual([1_000, 'tryLater', '[SYS/TEMP] no disk']);
  });
});
