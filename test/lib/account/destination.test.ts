/** A POP3 feed that delivers into another account, a local one and one on a real IMAP server. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { destinationOf } from '@/lib/account/destination';
import type { Pop3Settings } from '@/lib/account/record';
import { createAccount, updateAccount } from '@/lib/account/records';
import { fetchAnew } from '@/lib/db/blob-store-verify';
import { feedTables } from '@/lib/db/feed-tables';
import { CommandError, ConnectionError } from '@/lib/errors';
import type { Destination } from '@/lib/source/local/destination';
import { FeedLease } from '@/lib/source/local/feed-lease';
import { type Fixture, openFixture } from '@/test/lib/jmap/fixture';
import { type FakeMaildrop, type FakeMessage, fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';
import { type LocalAccount, localAccount } from '@/test/lib/source/local/local-account';

let target: Fixture;
let maildrop: FakeMaildrop;
let feed: LocalAccount | null = null;

afterEach(async () => {
  await feed?.close();
  feed = null;
  await maildrop?.close();
  await target?.close();
});

function message(n: number, withId = true): FakeMessage {
  const id = withId ? `Message-ID: <m${n}@example.org>\r\n` : '';
  return {
    uidl: `u${n}`,
    raw: `Date: Tue, 03 Nov 2026 10:00:0${n} +0000\r\n${id}Subject: mail ${n}\r\n\r\nbody of ${n}\r\n.\r\n`,
  };
}

const incoming = () => ({ host: 'localhost', port: maildrop.port, security: 'none' as const, user: 'ann' });

interface There {
  subjects: string[];
  rows: { keywords: string[]; receivedAt: number }[];
}

/** What the mail server of the target account has, not what its index thinks. */
async function there(): Promise<There> {
  const account = await target.runtime.accounts.open(target.accountId);
  const inbox = await target.mailbox('inbox');
  await account.source.refreshMailbox(inbox.id, 100);
  const { ids } = await account.index.query({
    filter: { inMailbox: inbox.id },
    sort: [{ property: 'subject' }],
    ...{ collapseThreads: false, position: 0, anchor: null, anchorOffset: 0, limit: 200 },
  });
  // The demo mailbox has mail of its own.
  const all = await account.index.emails(ids);
  const rows = all.filter(({ headers }) => headers?.subject?.startsWith('mail '));
  return { subjects: rows.map(({ headers }) => headers?.subject ?? ''), rows };
}

describe.each(['local', 'imap'] as const)('a POP3 feed into another account (%s)', (kind) => {
  async function startFeed(
    messages: FakeMessage[],
    pop3: Partial<Pop3Settings>,
    faulty: (real: Destination) => Destination,
  ): Promise<LocalAccount> {
    target = await openFixture(kind);
    maildrop = await fakeMaildrop(messages);
    const real = destinationOf(target.runtime.accounts, target.runtime.blobs, 'u1', target.accountId);
    feed = await localAccount('sqlite', {
      ...{ incoming: incoming(), password: 'pw', destination: faulty(real) },
      pop3: { targetAccountId: target.accountId, leaveOnServer: false, ...pop3 },
    });
    return feed;
  }

  function renamed(): void {
    maildrop.messages = maildrop.messages.map((one) => ({ ...one, uidl: `new-${one.uidl}` }));
  }

  async function collect({ source }: LocalAccount): Promise<string | null> {
    await source.collect().catch(() => undefined);
    await source.idle();
    return source.status().error?.code ?? null;
  }

  it('puts mail there with its date, tag and state, nothing here, and deletes it at the provider after', async () => {
    target = await openFixture(kind);
    maildrop = await fakeMaildrop([message(1), message(2)]);
    const { databases, config, accounts } = target.runtime;
    const login = incoming();
    const { id } = await createAccount(
      databases.main,
      { ...config },
      {
        ...{ userId: 'u1', address: 'ann@old.example', kind: 'pop3', incoming: login, outgoing: null },
        ...{ password: 'pw', signIn: false },
      },
    );
    const pop3 = {
      targetAccountId: target.accountId,
      tag: 'old',
      markReadOnFetch: true,
      leaveOnServer: false,
    };
    await updateAccount(databases.main, config, id, { settings: { pop3 } });
    const account = await accounts.open(id);
    await account.collect();
    await vi.waitFor(() => expect(maildrop.messages).toEqual([]), 10_000);
    const { subjects, rows } = await there();
    expect(subjects).toEqual(['mail 1', 'mail 2']);
    expect(rows[0]?.keywords.toSorted()).toEqual(['$seen', 'old']);
    expect(rows[0]?.receivedAt).toBe(Date.parse('2026-11-03T10:00:01Z'));
    expect((await account.index.mailboxes()).every(({ totalEmails }) => totalEmails === 0)).toBe(true);
  });

  it.each([true, false])('I10: an answer that got lost doubles nothing (Message-ID: %s)', async (withId) => {
    let lost = 0;
    const local = await startFeed(
      [1, 2, 3].map((n) => message(n, withId)),
      {},
      (real) => ({
        ...real,
        async append(email) {
          const id = await real.append(email);
          lost += 1;
          if (lost === 2) throw new ConnectionError('connectionLost', 'after the deed');
          return id;
        },
      }),
    );
    expect(await collect(local)).toBe('connectionLost');
    expect(maildrop.messages).toHaveLength(3);
    expect(await collect(local)).toBeNull();
    expect((await there()).subjects).toEqual(['mail 1', 'mail 2', 'mail 3']);
    expect(maildrop.messages).toEqual([]);
  });

  it('I10: what is refused there stays at the provider and is tried again; the others go on', async () => {
    let isFull = true;
    const local = await startFeed(
      [1, 2, 3].map((n) => message(n)),
      {},
      (real) => ({
        ...real,
        async append(email) {
          if (isFull && Buffer.isBuffer(email.raw) && email.raw.includes('mail 2'))
            throw new CommandError('overQuota', 'full');
          return real.append(email);
        },
      }),
    );
    expect(await collect(local)).toBe('overQuota');
    expect((await there()).subjects).toEqual(['mail 1', 'mail 3']);
    expect(maildrop.messages).toHaveLength(3);
    isFull = false;
    expect(await collect(local)).toBeNull();
    expect((await there()).subjects).toEqual(['mail 1', 'mail 2', 'mail 3']);
    expect(maildrop.messages).toEqual([]);
  });

  it('I10: is left to another process that is about it: what that one puts there now cannot be fenced off', async () => {
    const local = await startFeed([message(1)], {}, (real) => real);
    const other = new FeedLease('aannexample', feedTables(local.databases.main));
    await other.take();
    expect(await collect(local)).toBe('maildropInUse');
    expect((await there()).subjects).toEqual([]);
    await other.release();
    expect(await collect(local)).toBeNull();
    expect((await there()).subjects).toEqual(['mail 1']);
  });

  it('R23: new UIDLs bring nothing there twice; twins as the settings say', async () => {
    const twin = { ...message(1), uidl: 'twin' };
    const local = await startFeed([message(1), twin], { leaveOnServer: true }, (real) => real);
    expect(await collect(local)).toBeNull();
    renamed();
    expect(await collect(local)).toBeNull();
    expect((await there()).subjects).toEqual(['mail 1']);
  });

  it('R23: one that vanished and comes back is not put there twice; another under its name is put there', async () => {
    const local = await startFeed(
      [1, 2, 3].map((n) => message(n)),
      { leaveOnServer: true },
      (real) => real,
    );
    expect(await collect(local)).toBeNull();
    const all = maildrop.messages;
    maildrop.messages = all.slice(1);
    expect(await collect(local)).toBeNull();
    maildrop.messages = all;
    expect(await collect(local)).toBeNull();
    expect((await there()).subjects).toEqual(['mail 1', 'mail 2', 'mail 3']);
    maildrop.messages = all.slice(1);
    expect(await collect(local)).toBeNull();
    maildrop.messages = [{ ...message(4), uidl: 'u1' }, ...all.slice(1)];
    expect(await collect(local)).toBeNull();
    expect((await there()).subjects).toEqual(['mail 1', 'mail 2', 'mail 3', 'mail 4']);
  });

  it('what is fetched anew for a repair is not put there twice', async () => {
    const local = await startFeed([message(1)], { leaveOnServer: true }, (real) => real);
    expect(await collect(local)).toBeNull();
    const { main } = local.databases;
    const { sha256 } = await main.selectFrom('pop_uidl').select('sha256').executeTakeFirstOrThrow();
    expect(await fetchAnew(main, sha256 ?? '')).toBe(true);
    expect(await collect(local)).toBeNull();
    expect((await there()).subjects).toEqual(['mail 1']);
    expect((await local.blobs.read(sha256 ?? '')).toString()).toBe(message(1).raw);
  });

  it('R23: of a server that was moved only what is in doubt comes over the line again', async () => {
    const all = [1, 2, 3, 4].map((n) => message(n)).concat(message(5, false));
    const local = await startFeed(all, { leaveOnServer: true }, (real) => real);
    expect(await collect(local)).toBeNull();
    renamed();
    maildrop.messages.push(message(6));
    expect(await collect(local)).toBeNull();
    // Without a Message-ID a header tells too little, and the last one is new.
    const retrieved = () => maildrop.commands.filter((line) => line.startsWith('RETR'));
    expect(retrieved().slice(5)).toEqual(['RETR 5', 'RETR 6']);
    expect(await collect(local)).toBeNull();
    expect(retrieved()).toHaveLength(7);
    expect((await there()).subjects).toEqual([1, 2, 3, 4, 5, 6].map((n) => `mail ${n}`));
  });
});

describe('mark as read on fetch', () => {
  async function twins({ isElsewhere = false } = {}) {
    target = await openFixture('imap');
    const unread = await target.importEmail(Buffer.from(message(1).raw));
    const other = await target.importEmail(Buffer.from(message(2).raw));
    maildrop = await fakeMaildrop([message(1)]);
    const { databases, config, accounts, feeds } = target.runtime;
    const imap = await accounts.open(target.accountId);
    const { id } = await createAccount(databases.main, config, {
      ...{ userId: 'u1', address: imap.record.address, kind: 'pop3', incoming: incoming(), outgoing: null },
      ...{ password: 'pw', signIn: false },
    });
    const targetAccountId = isElsewhere ? imap.id : null;
    const pop3 = { markReadOnFetch: true, targetAccountId };
    await updateAccount(databases.main, config, id, { settings: { pop3 } });
    const pop = await accounts.open(id);
    const sessions = async () => (await feeds.history(pop.record)).sessions;
    const collect = async () => {
      const before = (await sessions()).length;
      await pop.collect();
      await vi.waitFor(async () => expect((await sessions()).length).toBeGreaterThan(before), 10_000);
      expect((await sessions())[0]?.code).toBeNull();
      await target.runtime.readAtProvider.idle();
    };
    const keywords = async (emailId: string) => (await imap.index.emails([emailId]))[0]?.keywords;
    const notMarked = async () => (await feeds.history(pop.record)).notMarkedRead;
    return { unread, other, imap, collect, keywords, notMarked };
  }

  it('marks at the provider, too, where the same address has IMAP here', async () => {
    const { unread, other, collect, keywords } = await twins();
    await collect();
    await vi.waitFor(async () => expect(await keywords(unread)).toEqual(['$seen']), 10_000);
    expect(await keywords(other)).toEqual([]);
  });

  it('marks there as well what is put into another account', async () => {
    const { unread, collect, keywords } = await twins({ isElsewhere: true });
    await collect();
    await vi.waitFor(async () => expect(await keywords(unread)).toEqual(['$seen']), 10_000);
  });

  it('marks there what is older than thousands of unread ones, and nothing that only has a name like it', async () => {
    const { unread, other, imap, collect, keywords } = await twins();
    const like = await target.importEmail(Buffer.from(message(1).raw.replace('Message-ID: <', '$&x')));
    const query = imap.index.query.bind(imap.index);
    vi.spyOn(imap.index, 'query').mockImplementation(async (asked) => {
      const answer = await query(asked);
      const isLookedThrough = 'notKeyword' in (asked.filter ?? {});
      return isLookedThrough ? { ...answer, ids: Array<string>(asked.limit).fill(other) } : answer;
    });
    await collect();
    await vi.waitFor(async () => expect(await keywords(unread)).toEqual(['$seen']), 10_000);
    expect([await keywords(other), await keywords(like)]).toEqual([[], []]);
  });

  it('forgets what was to be marked for an account that is gone', async () => {
    const { collect } = await twins();
    const { main } = target.runtime.databases;
    await collect();
    await main
      .insertInto('pop_read_mark')
      .values({ account_id: 'agone', message_id: 'x', tries: 0, due_at: 1 })
      .execute();
    await target.runtime.readAtProvider.tryDue(Date.now());
    expect(await main.selectFrom('pop_read_mark').selectAll().execute()).toEqual([]);
  });

  it('R24: is tried again where that server is away, given up with a notice, and made good when it is back', async () => {
    const { unread, other, imap, collect, keywords, notMarked } = await twins();
    const { readAtProvider } = target.runtime;
    const away = vi.spyOn(imap.source, 'refreshMailbox');
    away.mockRejectedValue(new ConnectionError('connectionLost', 'away'));
    await collect();
    const first = Date.now();
    let tries = away.mock.calls.length;
    expect(tries).toBe(1);
    // Not at once, and each time later.
    await readAtProvider.tryDue(first + 10_000);
    expect(away).toHaveBeenCalledTimes(tries);
    let days = 0;
    for (let at = first; (await notMarked()) === 0; at += 600_000, days = (at - first) / 86_400_000) {
      expect(days).toBeLessThan(4);
      await readAtProvider.tryDue(at);
    }
    tries = away.mock.calls.length;
    expect(tries).toBe(20);
    expect(days).toBeGreaterThan(2);
    expect(await keywords(unread)).toEqual([]);
    away.mockRestore();
    maildrop.messages = [message(1), message(2)];
    await collect();
    await readAtProvider.tryDue(Date.now());
    expect(await notMarked()).toBe(0);
    expect([await keywords(unread), await keywords(other)]).toEqual([['$seen'], ['$seen']]);
  });
});
