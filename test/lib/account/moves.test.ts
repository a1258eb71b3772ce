/** Moving house: from a local account to a real IMAP server and back, broken off and gone on with. */
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { append, carry } from '@/lib/account/carried';
import { Moves } from '@/lib/account/move/moves';
import { feedTables } from '@/lib/db/feed-tables';
import { addAccount, type Fixture, fixtureOf, openFixture } from '@/test/lib/jmap/fixture';

const SUBJECTS = ['one', 'two', 'three', 'four', 'five', 'six'];
const mail = (subject: string, withId = true) =>
  Buffer.from(
    `Date: Tue, 03 Nov 2026 10:00:00 +0000\r\n${withId ? `Message-ID: <${subject}@example.org>\r\n` : ''}Subject: move ${subject}\r\n\r\nof ${subject}\r\n`,
  );

interface Mail {
  subject: string;
  mailbox: string;
  keywords: string[];
  receivedAt: number;
}

describe.each([
  ['local', 'imap'],
  ['imap', 'local'],
] as const)('moving house from %s to %s', (kind, _to) => {
  let imap: Fixture;
  let local: Fixture;
  let from: Fixture;
  let to: Fixture;
  beforeAll(async () => {
    imap = await openFixture('imap');
    const id = await addAccount(imap.runtime, 'u1', 'local');
    local = fixtureOf(imap.runtime, id, async () => undefined);
    // The demo mailbox comes full; its mail is not what is asked about, and would be copied.
    const { ids } = await local.call<{ ids: string[] }>('Email/query', {});
    await local.call('Email/set', { destroy: ids });
    [from, to] = kind === 'local' ? [local, imap] : [imap, local];
    const account = await from.runtime.accounts.open(from.accountId);
    const parent = await account.write((source) =>
      source.createMailbox({ name: 'House', parentId: null, role: null, isSubscribed: true }),
    );
    const room = await account.write((source) =>
      source.createMailbox({ name: 'Room', parentId: parent, role: null, isSubscribed: true }),
    );
    const places = [(await from.mailbox('inbox')).id, (await from.mailbox('sent')).id, room];
    for (const [n, subject] of SUBJECTS.entries()) {
      const email = { raw: mail(subject, n !== 1), keywords: n % 2 ? ['$seen', 'work'] : [] };
      const receivedAt = Date.parse('2026-11-03T10:00:00Z') + n * 1000;
      await account.write((source) =>
        source.append({ ...email, receivedAt, mailboxIds: [places[n % 3] ?? ''] }),
      );
    }
  });
  afterAll(() => imap?.close());

  async function all(fixture: Fixture): Promise<Mail[]> {
    const account = await fixture.runtime.accounts.open(fixture.accountId);
    await account.source.refreshMailboxes();
    const found: Mail[] = [];
    for (const { id, name, role, parentId } of await account.index.mailboxes()) {
      await account.source.refreshMailbox(id, 50);
      const parent = (await account.index.mailboxes()).find((one) => one.id === parentId)?.name;
      for (const { emailId } of await account.index.mailboxLocations(id, 1, Number.MAX_SAFE_INTEGER)) {
        const [row] = await account.index.emails([emailId]);
        const mailbox = role ?? `${parent}/${name}`;
        const { headers, keywords, receivedAt } = row ?? {};
        const subject = headers?.subject ?? '';
        found.push({ subject, mailbox, keywords: keywords?.toSorted() ?? [], receivedAt: receivedAt ?? 0 });
      }
    }
    return found.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
  }

  const whole = () => ({
    ...{ user_id: 'u1', from_account: from.accountId, to_account: to.accountId },
    ...{ from_mailbox: null, to_mailbox: null, every_minutes: null },
  });

  it('I10: copies all with folders, flags and dates, goes on after each interruption, compares, and only then deletes', async () => {
    const { accounts, blobs, databases } = from.runtime;
    const before = await all(from);
    expect(before).toHaveLength(SUBJECTS.length);
    let moves = new Moves(accounts, feedTables(databases.main), blobs);
    const { id } = await moves.add(whole());
    const target = await accounts.open(to.accountId);
    let appended = 0;
    const append = target.source.append.bind(target.source);
    // The second answer gets lost after the deed; the process is stopped after the fourth.
    target.source.append = async (email) => {
      const made = await append(email);
      appended += 1;
      if (appended === 2 || appended === 3) throw new Error('lost');
      return made;
    };
    for (let round = 0; round < 3; round += 1) {
      await moves.idle(id);
      if ((await moves.list('u1'))[0]?.state === 'done') break;
      await expect(moves.deleteSource('u1', id)).rejects.toMatchObject({ code: 'stateMismatch' });
      await moves.stop();
      moves = new Moves(accounts, feedTables(databases.main), blobs);
      await moves.resume('u1', id);
    }
    await moves.idle(id);
    expect(await all(to)).toEqual(before);
    const [report] = await moves.list('u1');
    expect(report).toMatchObject({ state: 'done', code: null });
    expect(report?.counts).toEqual({ seen: 0, tried: 0, copied: 0, verified: 6, refused: 0, deleted: 0 });
    expect(appended).toBe(SUBJECTS.length);
    expect((await moves.deleteSource('u1', id)).counts).toMatchObject({ verified: 0, deleted: 6 });
    expect(await all(from)).toEqual([]);
    expect(await all(to)).toEqual(before);
    await moves.stop();
  });

  it.runIf(kind === 'local')('copies what is too large for memory', async () => {
    const { moves, blobs, accounts } = from.runtime;
    const account = await accounts.open(from.accountId);
    const [drafts, archive] = [await from.mailbox('drafts'), await to.mailbox('archive')];
    const line = Buffer.from(`${'large '.repeat(12)}\r\n`.repeat(1_000));
    const lines = Array<Buffer>(950).fill(line);
    const raw = await carry(Readable.from([mail('huge'), ...lines]), blobs);
    expect(Buffer.isBuffer(raw)).toBe(false);
    await append(account, blobs, { raw, mailboxIds: [drafts.id], keywords: ['$flagged'], receivedAt: 1_000 });
    const { id } = await moves.add({ ...whole(), from_mailbox: drafts.id, to_mailbox: archive.id });
    await moves.idle(id);
    const [move] = await moves.list('u1');
    expect(move).toMatchObject({ state: 'done', code: null, counts: { verified: 1, refused: 0 } });
    const there = (await all(to)).filter(({ subject }) => subject === 'move huge');
    expect(there).toMatchObject([{ mailbox: 'archive', keywords: ['$flagged'], receivedAt: 1_000 }]);
    await moves.remove('u1', id);
  });

  it('copies what came since, and no other mail again', async () => {
    const { moves } = from.runtime;
    const account = await from.runtime.accounts.open(from.accountId);
    const mailboxIds = [(await from.mailbox('inbox')).id];
    const repeat = {
      ...{ ...whole(), from_mailbox: mailboxIds[0] ?? '', every_minutes: 15 },
      to_mailbox: (await to.mailbox('archive')).id,
    };
    const { id } = await moves.add(repeat);
    await moves.idle(id);
    const email = { raw: mail('later'), mailboxIds, keywords: [], receivedAt: 1_000 };
    await account.write((source) => source.append(email));
    for (let round = 0; round < 2; round += 1) {
      await moves.resume('u1', id);
      await moves.idle(id);
    }
    const there = (await all(to)).filter(({ subject }) => subject === 'move later');
    expect(there.map(({ mailbox }) => mailbox)).toEqual(['archive']);
    expect((await moves.list('u1'))[0]).toMatchObject({ state: 'running', everyMinutes: 15, code: null });
  });

  it('R25: what ran while the clock was ahead runs again when it is set right', async () => {
    const { moves, accounts, blobs, databases } = from.runtime;
    const db = feedTables(databases.main);
    const [inbox, archive] = [await from.mailbox('inbox'), await to.mailbox('archive')];
    const places = { from_mailbox: inbox.id, to_mailbox: archive.id };
    const { id } = await moves.add({ ...whole(), ...places, every_minutes: 15 });
    await moves.idle(id);
    const account = await accounts.open(from.accountId);
    const email = { raw: mail('clock'), mailboxIds: [inbox.id], keywords: [], receivedAt: 1_000 };
    await account.write((source) => source.append(email));
    const ran_at = Date.now() + 3_600_000;
    await db.updateTable('move').set({ ran_at }).where('id', '=', id).execute();
    const timer = new Moves(accounts, db, blobs);
    timer.start();
    const ranAt = () => db.selectFrom('move').select('ran_at').where('id', '=', id).executeTakeFirst();
    await vi.waitFor(async () => expect((await ranAt())?.ran_at).toBeLessThan(ran_at), 10_000);
    await timer.stop();
    expect((await all(to)).filter(({ subject }) => subject === 'move clock')).toHaveLength(1);
    await moves.remove('u1', id);
  });

  it('S19: of another person is not found, neither as an account nor as a move', async () => {
    const { moves } = from.runtime;
    await expect(moves.add({ ...whole(), user_id: 'u2' })).rejects.toMatchObject({ code: 'notFound' });
    const [mine] = await moves.list('u1');
    await expect(moves.pause('u2', mine?.id ?? '')).rejects.toMatchObject({ code: 'notFound' });
    expect(await moves.list('u2')).toEqual([]);
  });
});
