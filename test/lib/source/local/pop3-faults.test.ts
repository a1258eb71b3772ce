/** What no real POP3 server does on request. The judge is what the fake maildrop still has and what the store gives back. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Pop3Settings } from '@/lib/account/record';
import { feedTables } from '@/lib/db/feed-tables';
import { FeedHistory } from '@/lib/source/local/feed-history';
import { FeedLease } from '@/lib/source/local/feed-lease';
import { type FakeMaildrop, type FakeMessage, fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';
import { type LocalAccount, localAccount } from './local-account';

let maildrop: FakeMaildrop;
let account: LocalAccount;

afterEach(async () => {
  await account?.close();
  await maildrop?.close();
});

function message(uidl: string, subject = uidl): FakeMessage {
  return {
    uidl,
    raw: `Date: Tue, 03 Nov 2026 10:00:00 +0000\r\nSubject: ${subject}\r\n\r\nbody of ${subject}\r\n`,
  };
}

async function start(messages: FakeMessage[], pop3: Partial<Pop3Settings> = {}): Promise<void> {
  maildrop = await fakeMaildrop(messages);
  const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
  account = await localAccount('sqlite', { incoming, password: 'pw', pop3 });
}

/** @returns the code of what went wrong, or null */
async function collect(): Promise<string | null> {
  await account.source.collect().catch(() => undefined);
  await account.source.idle();
  return account.source.status().error?.code ?? null;
}

async function subjects(): Promise<(string | null | undefined)[]> {
  const { ids } = await account.index.query({
    filter: null,
    sort: [{ property: 'subject' }],
    ...{ collapseThreads: false, position: 0, anchor: null, anchorOffset: 0, limit: 500 },
  });
  const rows = await account.index.emails(ids);
  return rows.map((row) => row.headers?.subject).toSorted();
}

const uidls = () => maildrop.messages.map(({ uidl }) => uidl);
const retrieved = () => maildrop.commands.filter((line) => line.startsWith('RETR'));

describe('POP3 feed, faults', () => {
  it('R24, I10: a cut in the middle of RETR loses nothing, doubles nothing, deletes nothing unstored', async () => {
    const all = Array.from({ length: 20 }, (_, n) => message(`u${n}`));
    await start(all, { leaveOnServer: false });
    maildrop.misbehaviour.answer = (line, session) =>
      line === 'RETR 8' && session === 1 ? { packets: ['+OK\r\nSubject: half'], drop: true } : null;
    expect(await collect()).toBe('connectionLost');
    expect(account.source.status().connection).toBe('offline');
    expect(await subjects()).toHaveLength(7);
    expect(uidls()).toHaveLength(20);
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(all.map(({ uidl }) => uidl).toSorted());
    expect(uidls()).toEqual([]);
  });

  it.each(
    ['CAPA', 'USER', 'PASS', 'LIST', 'UIDL', 'TOP', 'RETR', 'DELE', 'QUIT'].flatMap((verb) => [
      [verb, 'before its answer', ''],
      [verb, 'within its answer', '+O'],
    ]),
  )('R24, I10: the connection cut at %s, %s: each message is here once in the end', async (verb, _, told) => {
    const all = [message('a'), message('b'), message('c')];
    await start(all, { leaveOnServer: false, firstRun: 'days', firstRunDays: 3_650 });
    maildrop.misbehaviour.answer = (line, session) =>
      session === 1 && line.startsWith(verb) ? { packets: [told], drop: true } : null;
    expect(await collect()).toBe('connectionLost');
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a', 'b', 'c']);
    expect(uidls()).toEqual([]);
  });

  it('R24, I10: the server restarted in the middle of a message', async () => {
    await start([message('a'), message('b')], { leaveOnServer: false });
    maildrop.misbehaviour.answer = (line) =>
      line === 'RETR 2' ? { packets: ['+OK\r\nSubject: half'], drop: true } : null;
    expect(await collect()).toBe('connectionLost');
    const { messages, port } = maildrop;
    await maildrop.close();
    expect(await collect()).toBe('connectionRefused');
    expect(account.source.status().connection).toBe('offline');
    maildrop = await fakeMaildrop(messages, port);
    expect(await collect()).toBeNull();
    expect(account.source.status().connection).toBe('ready');
    expect(await subjects()).toEqual(['a', 'b']);
    expect(uidls()).toEqual([]);
  });

  it('R24, I10: a lost answer to QUIT, deletions done', async () => {
    await start([message('a'), message('b')], { leaveOnServer: false });
    maildrop.misbehaviour.answer = (line, session) =>
      line === 'QUIT' && session === 1 ? { packets: [''], drop: true } : null;
    expect(await collect()).toBe('connectionLost');
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a', 'b']);
    const states = await account.databases.main.selectFrom('pop_uidl').select('state').execute();
    expect(states).toEqual([{ state: 'deleted' }, { state: 'deleted' }]);
  });

  it('R24, I10: a lost answer to QUIT, deletions not done: they are repeated, the mail is not', async () => {
    await start([message('a'), message('b')], { leaveOnServer: false });
    maildrop.misbehaviour.answer = (line, session) =>
      line === 'QUIT' && session === 1 ? { packets: ['-ERR [SYS/TEMP] some not removed\r\n'] } : null;
    expect(await collect()).toBe('tryLater');
    expect(uidls()).toEqual(['a', 'b']);
    expect(await collect()).toBeNull();
    expect(uidls()).toEqual([]);
    expect(await subjects()).toEqual(['a', 'b']);
    expect(retrieved()).toHaveLength(2);
  });

  it('pitfall 30: a locked maildrop is neither a wrong password nor offline', async () => {
    await start([message('a')]);
    maildrop.misbehaviour.answer = (line) =>
      line.startsWith('PASS') ? '-ERR [IN-USE] another session has it\r\n' : null;
    expect(await collect()).toBe('maildropInUse');
    expect(account.source.status().connection).toBe('ready');
    maildrop.misbehaviour.answer = undefined;
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a']);
  });

  it('a maildrop that stays open elsewhere is asked later each time, and pauses nothing', async () => {
    await start([message('a')], { pauseAfterFailures: 2 });
    maildrop.misbehaviour.answer = (line) =>
      line.startsWith('PASS') ? '-ERR [IN-USE] another session has it\r\n' : null;
    for (let round = 0; round < 3; round += 1) expect(await collect()).toBe('maildropInUse');
    const history = new FeedHistory('aannexample', feedTables(account.databases.main));
    expect([await history.failures(), await history.isPaused(2)]).toEqual([0, false]);
    const waits = (await history.sessions()).map(
      ({ started_at, next_at }) => ((next_at ?? 0) - started_at) / 60_000,
    );
    expect(waits).toEqual([4, 2, 1]);
  });

  it('its LOGIN-DELAY is kept to after a restart, and who asks too soon does no harm', async () => {
    await start([message('a')], { pauseAfterFailures: 1 });
    const capabilities = '+OK\r\nUSER\r\nUIDL\r\nTOP\r\nLOGIN-DELAY 900\r\n.\r\n';
    maildrop.misbehaviour.answer = (line) => (line === 'CAPA' ? capabilities : null);
    expect(await collect()).toBeNull();
    const { dataDir } = account;
    await account.close(true);
    const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
    account = await localAccount('sqlite', { incoming, password: 'pw', dataDir });
    const said = maildrop.commands.length;
    await account.source.collect('timer');
    await expect(account.source.collect()).rejects.toMatchObject({ code: 'tryLater' });
    await account.source.idle();
    expect(maildrop.commands).toHaveLength(said);
    expect(account.source.status()).toMatchObject({ connection: 'ready', error: null });
    const history = new FeedHistory('aannexample', feedTables(account.databases.main));
    expect(await history.sessions()).toMatchObject([{ code: null, login_delay: 900 }]);
  });

  it('R25: a LOGIN-DELAY that began while the clock was ahead is none', async () => {
    await start([message('a')]);
    const capabilities = '+OK\r\nUSER\r\nUIDL\r\nTOP\r\nLOGIN-DELAY 900\r\n.\r\n';
    maildrop.misbehaviour.answer = (line) => (line === 'CAPA' ? capabilities : null);
    const ahead = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 86_400_000);
    expect(await collect()).toBeNull();
    ahead.mockRestore();
    maildrop.messages.push(message('b'));
    account.source.watch([account.source.roleId('inbox')]);
    await vi.waitFor(async () => expect(await subjects()).toEqual(['a', 'b']), 10_000);
    await account.source.idle();
  });

  it('R24: a timer that finds another process at it goes on when that one has died', async () => {
    await start([message('a')]);
    const { main } = account.databases;
    // Of another machine; it ends in a moment.
    const token = '0b0e 999999999 another-machine pid:[4026531836]';
    const renewed_at = Date.now() - 19_800;
    await main.insertInto('feed_lease').values({ account_id: 'aannexample', token, renewed_at }).execute();
    await account.source.collect('timer');
    expect(maildrop.commands).toEqual([]);
    await vi.waitFor(async () => expect(await subjects()).toEqual(['a']), 5_000);
    await account.source.idle();
  });

  it('R24: sessions that fail for days make no first session of what comes then', async () => {
    await start([], { firstRun: 'new', pauseAfterFailures: 0 });
    expect(await collect()).toBeNull();
    const history = new FeedHistory('aannexample', feedTables(account.databases.main));
    const begun = await history.begunAt();
    const failed = {
      ...{ messages: 0, bytes: 0, deleted: 0, code: 'connectionLost', server_text: null },
      ...{ expire_days: null, login_delay: null, next_at: null },
    };
    for (let n = 1; n <= 102; n += 1) {
      const at = Date.now() + n;
      await history.add({ ...failed, started_at: at, ended_at: at });
    }
    expect(await history.sessions()).toHaveLength(100);
    expect(await history.begunAt()).toBe(begun);
    maildrop.messages.push(message('a'));
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a']);
  });

  it('R23, pitfall 30: without UIDL, messages are told apart by their headers', async () => {
    await start([message('a'), message('b')]);
    maildrop.misbehaviour.answer = (line) => (line === 'UIDL' ? '-ERR unknown command\r\n' : null);
    expect(await collect()).toBeNull();
    maildrop.messages = [message('c'), ...maildrop.messages];
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a', 'b', 'c']);
    expect(retrieved()).toHaveLength(3);
  });

  it('without UIDL and without TOP nothing is fetched, and the reason is told', async () => {
    await start([message('a')]);
    maildrop.misbehaviour.answer = (line) => (/^(UIDL|TOP)/.test(line) ? '-ERR unknown command\r\n' : null);
    expect(await collect()).toBe('unsupported');
    expect(await subjects()).toEqual([]);
  });

  it('R23: two messages under one UIDL are both fetched, once, and never deleted', async () => {
    await start([message('x', 'one'), message('x', 'two'), message('y', 'three')], { leaveOnServer: false });
    expect(await collect()).toBeNull();
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['one', 'three', 'two']);
    expect(uidls()).toEqual(['x', 'x']);
    expect(retrieved()).toHaveLength(3);
  });

  it('R23: a name of more than 70 characters, or not of ASCII, is a name', async () => {
    await start([message('x'.repeat(200), 'long'), message('\xe4\xff', 'eight bits')]);
    for (let round = 0; round < 2; round += 1) expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['eight bits', 'long']);
    expect(retrieved()).toHaveLength(2);
  });

  const moved = () => {
    maildrop.messages = maildrop.messages.map((one) => ({ ...one, uidl: `moved-${one.uidl}` }));
  };
  const named = (uidl: string): FakeMessage => ({
    uidl,
    raw: `Message-ID: <${uidl}@example.org>\r\nSubject: ${uidl}\r\n\r\nbody of ${uidl}\r\n`,
  });

  it.each(['sqlite', 'postgres'] as const)(
    'R23: of a server that was moved only what is in doubt comes over the line again, on %s',
    async (dialect) => {
      const twin = named('twin');
      maildrop = await fakeMaildrop([...'abcdefgh'].map(named).concat(twin, { ...twin, uidl: 'twin-2' }));
      const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
      const pop3 = { leaveOnServer: true, duplicates: 'keep' } as const;
      account = await localAccount(dialect, { incoming, password: 'pw', pop3 });
      expect(await collect()).toBeNull();
      const before = await subjects();
      expect(retrieved()).toHaveLength(10);
      moved();
      maildrop.messages.push(named('z'));
      expect(await collect()).toBeNull();
      // Of the twins nobody can tell which is which, and the new one is as large as others.
      expect(retrieved().slice(10)).toEqual(['RETR 9', 'RETR 10', 'RETR 11']);
      expect(await subjects()).toEqual([...before, 'z'].toSorted());
      expect(await collect()).toBeNull();
      expect(retrieved()).toHaveLength(13);
      const { dataDir, databaseUrl } = account;
      await account.close(true);
      account = await localAccount(dialect, {
        ...{ incoming, password: 'pw', dataDir, databaseUrl },
        pop3: { ...pop3, leaveOnServer: false },
      });
      expect(await collect()).toBeNull();
      expect(uidls()).toEqual([]);
      expect(await subjects()).toEqual([...before, 'z'].toSorted());
    },
  );

  it('R23: of two with the same bytes each stays what it was when one vanishes and the size of the other is told anew', async () => {
    const twin = named('twin');
    await start([twin, { ...twin, uidl: 'twin-2' }], { duplicates: 'keep', deleteWhenDestroyed: true });
    expect(await collect()).toBeNull();
    const ids = account.databases.main.selectFrom('pop_uidl').select('email_id').where('uidl', '=', 'twin-2');
    const { email_id } = await ids.executeTakeFirstOrThrow();
    maildrop.messages = maildrop.messages.slice(1);
    maildrop.misbehaviour.answer = (line) =>
      line === 'LIST' && maildrop.messages.length > 0 ? `+OK\r\n1 ${twin.raw.length + 1}\r\n.\r\n` : null;
    expect(await collect()).toBeNull();
    await account.source.destroyEmails([email_id ?? '']);
    expect(await collect()).toBeNull();
    expect(uidls()).toEqual([]);
    expect(await subjects()).toEqual(['twin']);
  });

  it('R23: what the first session left out stays left out when the server was moved', async () => {
    const received = (uidl: string, at: Date) => ({
      uidl,
      raw: `Received: by x; ${at.toUTCString().replace('GMT', '+0000')}\r\nSubject: ${uidl}\r\n\r\nbody\r\n`,
    });
    const yesterday = new Date(Date.now() - 86_400_000);
    await start([received('a', yesterday), received('b', yesterday)], { firstRun: 'new' });
    expect(await collect()).toBeNull();
    moved();
    maildrop.messages.push(received('c', new Date(Date.now() + 60_000)));
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['c']);
  });

  it('R23: a UIDL given anew to another message brings that message, and the old one stays', async () => {
    await start([message('1', 'old')]);
    expect(await collect()).toBeNull();
    maildrop.messages = [message('1', 'another one')];
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['another one', 'old']);
  });

  describe('R23: the UIDL of what the first session left out, given to another message', () => {
    const emails = async () => {
      const { ids } = await account.index.query({
        ...{ filter: null, sort: [{ property: 'subject' }], collapseThreads: false },
        ...{ position: 0, anchor: null, anchorOffset: 0, limit: 10 },
      });
      return account.index.emails(ids);
    };

    it('of another size brings that message as news, to be deleted there by its own age', async () => {
      await start([message('1', 'before')], { firstRun: 'new', deleteAfterDays: 7 });
      expect(await collect()).toBeNull();
      const { main } = account.databases;
      const weekAgo = Date.now() - 8 * 86_400_000;
      await main.updateTable('pop_uidl').set({ first_seen: weekAgo }).execute();
      await main.updateTable('pop_session').set({ started_at: weekAgo, ended_at: weekAgo }).execute();
      maildrop.messages = [message('1', 'another one')];
      expect(await collect()).toBeNull();
      expect((await emails()).map(({ headers, keywords }) => [headers?.subject, keywords])).toEqual([
        ['another one', []],
      ]);
      expect(uidls()).toEqual(['1']);
    });

    it('of the same size, after it was gone, brings that message', async () => {
      await start([message('1', 'one'), message('2', 'two'), message('3', 'new')], { firstRun: 'new' });
      expect(await collect()).toBeNull();
      maildrop.messages = maildrop.messages.slice(1);
      expect(await collect()).toBeNull();
      maildrop.messages.push(message('1', 'eno'));
      expect(await collect()).toBeNull();
      expect(await subjects()).toEqual(['eno']);
    });

    it('brings nothing where the list was empty for once', async () => {
      await start([message('1', 'one'), message('2', 'two')], { firstRun: 'new' });
      expect(await collect()).toBeNull();
      const all = maildrop.messages;
      maildrop.messages = [];
      expect(await collect()).toBeNull();
      maildrop.messages = all;
      expect(await collect()).toBeNull();
      expect(await subjects()).toEqual([]);
    });
  });

  it('R23, I10: the UIDL of one that vanished, given to another of its size, is neither left out nor deleted unread', async () => {
    await start([message('1', 'one'), message('2', 'two'), message('3', 'new')], { deleteAfterDays: 7 });
    expect(await collect()).toBeNull();
    const all = maildrop.messages;
    maildrop.messages = all.slice(1);
    expect(await collect()).toBeNull();
    const { main } = account.databases;
    await main
      .updateTable('pop_uidl')
      .set({ first_seen: Date.now() - 8 * 86_400_000 })
      .where('uidl', '=', '1')
      .execute();
    maildrop.messages.push(message('1', 'eno'));
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['eno', 'new', 'one', 'two']);
    expect(uidls()).toEqual(['2', '3', '1']);
  });

  it('R23: one that vanished and comes back is the same, and goes at the provider as the settings say', async () => {
    await start([message('1', 'one'), message('2', 'two'), message('3', 'new')], { deleteAfterDays: 7 });
    expect(await collect()).toBeNull();
    const all = maildrop.messages;
    maildrop.messages = all.slice(1);
    expect(await collect()).toBeNull();
    maildrop.messages = all;
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['new', 'one', 'two']);
    const weekAgo = Date.now() - 8 * 86_400_000;
    await account.databases.main.updateTable('pop_uidl').set({ first_seen: weekAgo }).execute();
    expect(await collect()).toBeNull();
    expect(uidls()).toEqual([]);
  });

  it('R23: a UIDL of a deleted message given anew is not deleted unread', async () => {
    await start([message('1', 'old')], { leaveOnServer: false });
    expect(await collect()).toBeNull();
    maildrop.messages = [message('1', 'new')];
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['new', 'old']);
    expect(uidls()).toEqual([]);
  });

  it('I10: another message under the UIDL of a stored one is not deleted before it was read', async () => {
    await start([message('1', 'old')], { leaveOnServer: false });
    maildrop.misbehaviour.answer = (line) => (/^DELE/.test(line) ? { packets: [''], drop: true } : null);
    expect(await collect()).toBe('connectionLost');
    maildrop.messages = [message('1', 'another one')];
    maildrop.misbehaviour.answer = (line) => (/^RETR/.test(line) ? '-ERR [SYS/TEMP] not now\r\n' : null);
    expect(await collect()).toBeNull();
    expect(uidls()).toEqual(['1']);
    maildrop.misbehaviour = {};
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['another one', 'old']);
    expect(uidls()).toEqual([]);
  });

  it('I10: what goes from here by its age while a session ends stays at the provider', async () => {
    maildrop = await fakeMaildrop([message('a')]);
    const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
    const pop3 = { deleteWhenDestroyed: true };
    account = await localAccount('sqlite', { incoming, password: 'pw', pop3, retention: { keepDays: 1 } });
    expect(await collect()).toBeNull();
    const locations = account.index.locations.bind(account.index);
    vi.spyOn(account.index, 'locations').mockImplementationOnce(async (ids) => {
      await account.source.expire(Date.parse('2027-01-01T00:00:00Z'));
      return locations(ids);
    });
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual([]);
    expect(uidls()).toEqual(['a']);
  });

  it('R23: a server that ignores DELE is not asked for the same mail for ever', async () => {
    await start([message('1')], { leaveOnServer: false });
    maildrop.misbehaviour.ignoresDelete = true;
    for (let round = 0; round < 4; round++) expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['1']);
    expect(retrieved()).toHaveLength(2);
    expect(maildrop.commands.filter((line) => line.startsWith('DELE'))).toHaveLength(1);
  });

  it('R23: lists that disagree leave what is only in one of them alone', async () => {
    await start([message('a'), message('b')], { leaveOnServer: false });
    maildrop.misbehaviour.answer = (line) => (line === 'UIDL' ? '+OK\r\n1 a\r\n7 ghost\r\n.\r\n' : null);
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a']);
    expect(uidls()).toEqual(['b']);
  });

  it('R23: a server that lists its mail in batches is asked until nothing new comes', async () => {
    const all = Array.from({ length: 260 }, (_, n) => message(`u${String(n).padStart(3, '0')}`));
    await start(all, { leaveOnServer: false, firstRun: 'all' });
    const listed = (value: (one: FakeMessage) => string | number) =>
      `+OK\r\n${maildrop.messages
        .slice(0, 120)
        .map((one, n) => `${n + 1} ${value(one)}\r\n`)
        .join('')}.\r\n`;
    maildrop.misbehaviour.answer = (line) => {
      if (line === 'LIST') return listed(({ raw }) => raw.length);
      return line === 'UIDL' ? listed(({ uidl }) => uidl) : null;
    };
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(all.map(({ uidl }) => uidl));
    expect(maildrop.messages).toEqual([]);
  });

  it('R23: a server that names its mail anew in each session is not asked for ever', async () => {
    const all = Array.from({ length: 120 }, (_, n) => message(`u${n}`));
    await start(all, { firstRun: 'all' });
    let sessions = 0;
    maildrop.misbehaviour.answer = (line) => {
      if (line === 'LIST') sessions += 1;
      if (line !== 'UIDL') return null;
      return `+OK\r\n${all.map((_, n) => `${n + 1} s${sessions}-${n}\r\n`).join('')}.\r\n`;
    };
    expect(await collect()).toBeNull();
    expect(sessions).toBe(2);
    expect(await subjects()).toHaveLength(120);
  });

  it('S28: a header that is larger than any keeps nothing back', async () => {
    const fill = `X-Fill: ${'x'.repeat(60)}\r\n`.repeat(20_000);
    await start([message('a'), { uidl: 'b', raw: `Subject: b\r\n${fill}\r\nbody\r\n` }, message('c')], {
      ...{ firstRun: 'days', firstRunDays: 3_650, headersFirstMegabytes: 1, leaveOnServer: false },
    });
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a', 'b', 'c']);
    expect(uidls()).toEqual(['b']);
  });

  it('R24: a message at which the server breaks off each time keeps back none behind it', async () => {
    await start(
      [...'abcd'].map((uidl) => message(uidl)),
      { leaveOnServer: false },
    );
    maildrop.misbehaviour.answer = (line) => {
      const [verb, number] = line.split(' ');
      const isBad = verb === 'RETR' && maildrop.messages[Number(number) - 1]?.uidl === 'b';
      return isBad ? { packets: ['+OK\r\nSubject: half'], drop: true } : null;
    };
    expect(await collect()).toBe('connectionLost');
    expect(await collect()).toBe('connectionLost');
    expect(await subjects()).toEqual(['a', 'c', 'd']);
    expect(await collect()).toBe('connectionLost');
    expect(await collect()).toBe('connectionLost');
    expect(await collect()).toBeNull();
    expect(uidls()).toEqual(['b']);
    maildrop.misbehaviour = {};
    expect(await collect()).toBeNull();
    expect(uidls()).toEqual(['b']);
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 25 * 3_600_000);
    expect(await collect()).toBeNull();
    vi.restoreAllMocks();
    expect(await subjects()).toEqual(['a', 'b', 'c', 'd']);
    expect(uidls()).toEqual([]);
  });

  it('S28: one that is larger than any may be is left at the provider, and the others come', async () => {
    await start([message('a'), message('b')], { leaveOnServer: false, headersFirstMegabytes: null });
    maildrop.misbehaviour.answer = (line) =>
      line === 'LIST' ? `+OK\r\n1 5000000000\r\n2 ${message('b').raw.length}\r\n.\r\n` : null;
    expect(await collect()).toBeNull();
    expect(retrieved()).toEqual(['RETR 2']);
    expect(uidls()).toEqual(['a']);
  });

  it('pitfall 30: a message that vanished in between holds nothing up', async () => {
    await start([message('a'), message('b'), message('c')]);
    maildrop.misbehaviour.answer = (line) => (line === 'RETR 2' ? '-ERR Message 2 expunged\r\n' : null);
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a', 'c']);
  });

  it('R26, I10: what cannot be stored is not fetched and not deleted, and comes when there is room', async () => {
    // What packs well would find room.
    const words = randomBytes(25_000).toString('hex').replace(/.{64}/g, '$&\r\n');
    const large = { uidl: 'a', raw: `Subject: a\r\n\r\n${words}\r\n` };
    await start([large], { leaveOnServer: false });
    await account.source.refreshMailboxes();
    const { main } = account.databases;
    // SQLite's own limit stands for the disk's: it cannot grow below the size that it has.
    await sql`pragma max_page_count = 1`.execute(main);
    const code = await collect();
    expect(code).toBe('storageFull');
    await sql`pragma max_page_count = 1000000`.execute(main);
    expect(uidls()).toEqual(['a']);
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a']);
    expect(uidls()).toEqual([]);
  });

  it('a run may be stopped: what was stored stays, nothing is deleted, and the next one goes on', async () => {
    await start([message('a'), message('b')], { leaveOnServer: false });
    maildrop.misbehaviour.answer = (line, session) =>
      line === 'RETR 2' && session === 1 ? { packets: ['+OK\r\nSubject: b\r\n'] } : null;
    await account.source.collect();
    await new Promise<void>((stored) =>
      account.index.onChange((types) => types.includes('Email') && stored()),
    );
    await account.source.cancelCollect();
    expect(await subjects()).toEqual(['a']);
    expect(uidls()).toEqual(['a', 'b']);
    expect(account.source.status()).toMatchObject({ connection: 'ready', error: null });
    const history = new FeedHistory('aannexample', feedTables(account.databases.main));
    expect(await history.sessions()).toMatchObject([{ code: 'stopped', messages: 1, deleted: 0 }]);
    expect([await history.failures(), await history.begunAt()]).toEqual([0, null]);
    expect(await collect()).toBeNull();
    expect(await subjects()).toEqual(['a', 'b']);
    expect(uidls()).toEqual([]);
  });

  it('closing the account stops the run; what was stored stays', async () => {
    await start([message('a'), message('b')]);
    maildrop.misbehaviour.answer = (line) =>
      line === 'RETR 2' ? { packets: ['+OK\r\nSubject: b\r\n'] } : null;
    await account.source.collect();
    await new Promise<void>((stored) =>
      account.index.onChange((types) => types.includes('Email') && stored()),
    );
    await account.source.close();
    expect(await subjects()).toEqual(['a']);
    expect(account.statuses).toEqual([]);
  });

  it('what came after the list was read is collected, too, when somebody asks for it then', async () => {
    await start([message('a')]);
    let asked: Promise<void> | null = null;
    maildrop.misbehaviour.answer = (line) => {
      if (line === 'RETR 1' && !asked) {
        maildrop.messages = [...maildrop.messages, message('b')];
        asked = account.source.collect();
      }
      return null;
    };
    expect(await collect()).toBeNull();
    await asked;
    expect(await subjects()).toEqual(['a', 'b']);
  });

  it('what somebody asks for when all is done but the end is collected as well', async () => {
    await start([message('a')]);
    const release = FeedLease.prototype.release;
    const ending = vi.spyOn(FeedLease.prototype, 'release').mockImplementationOnce(function (
      this: FeedLease,
    ) {
      maildrop.messages = [...maildrop.messages, message('b')];
      void account.source.collect();
      return release.call(this);
    });
    expect(await collect()).toBeNull();
    ending.mockRestore();
    expect(await subjects()).toEqual(['a', 'b']);
  });

  it.each(['sqlite', 'postgres'] as const)(
    'I10: two processes at once store each message once, on %s',
    async (dialect) => {
      const all = Array.from({ length: 300 }, (_, n) => message(`u${n}`));
      maildrop = await fakeMaildrop(all);
      const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
      account = await localAccount(dialect, { incoming, password: 'pw' });
      const { dataDir, databaseUrl } = account;
      const other = await localAccount(dialect, { incoming, password: 'pw', dataDir, databaseUrl });
      const asked = [account, other].map(({ source }) => source.collect());
      await Promise.allSettled(asked);
      await Promise.all([account.source.idle(), other.source.idle()]);
      const codes = [account, other].map(({ source }) => source.status().error?.code ?? null);
      expect(codes.filter((code) => code === null).length).toBeGreaterThan(0);
      expect(await subjects()).toEqual(all.map(({ uidl }) => uidl).toSorted());
      await other.close(true);
    },
  );
});
