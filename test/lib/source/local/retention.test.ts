/** Mail that goes by itself. The clock is an argument. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Retention } from '@/lib/account/record';
import { type Dialect, type LocalAccount, localAccount } from './local-account';

const DAY_MS = 86_400_000;
const NOW = Date.now();
let account: LocalAccount;

afterEach(() => account?.close());

async function open(dialect: Dialect, retention: Partial<Retention> = {}): Promise<void> {
  account = await localAccount(dialect, { retention });
  await account.source.refreshMailboxes();
}

async function add(subject: string, role: 'inbox' | 'trash' | 'junk', daysAgo = 0, keywords: string[] = []) {
  return account.source.append({
    raw: Buffer.from(`Subject: ${subject}\r\n\r\n${subject}\r\n`),
    ...{ mailboxIds: [account.source.roleId(role)], keywords, receivedAt: NOW - daysAgo * DAY_MS },
  });
}

async function subjects(): Promise<string[]> {
  const { ids } = await account.index.query({
    filter: null,
    sort: [{ property: 'subject' }],
    ...{ collapseThreads: false, position: 0, anchor: null, anchorOffset: 0, limit: 100 },
  });
  return (await account.index.emails(ids)).map((row) => row.headers?.subject ?? '').toSorted();
}

describe.each(['sqlite', 'postgres'] as const)('local mail on %s', (dialect) => {
  it('leaves Trash after 30 days there, Junk after 10, however old it was', async () => {
    await open(dialect);
    await add('old trash', 'trash', 900);
    await add('old junk', 'junk', 900);
    await add('inbox', 'inbox', 900);
    await account.source.expire(NOW);
    await account.source.expire(NOW + 9 * DAY_MS);
    expect(await subjects()).toEqual(['inbox', 'old junk', 'old trash']);
    await account.source.expire(NOW + 11 * DAY_MS);
    expect(await subjects()).toEqual(['inbox', 'old trash']);
    await account.source.expire(NOW + 31 * DAY_MS);
    expect(await subjects()).toEqual(['inbox']);
  });

  it('counts anew when it was taken out of Trash in between', async () => {
    await open(dialect);
    const id = await add('back', 'trash');
    await account.source.expire(NOW);
    const patch = { id, addKeywords: [], removeKeywords: [] };
    const [trash, inbox] = [account.source.roleId('trash'), account.source.roleId('inbox')];
    await account.source.updateEmails([{ ...patch, addMailboxes: [inbox], removeMailboxes: [trash] }]);
    await account.source.expire(NOW + 20 * DAY_MS);
    await account.source.updateEmails([{ ...patch, addMailboxes: [trash], removeMailboxes: [inbox] }]);
    await account.source.expire(NOW + 25 * DAY_MS);
    await account.source.expire(NOW + 40 * DAY_MS);
    expect(await subjects()).toEqual(['back']);
    await account.source.expire(NOW + 56 * DAY_MS);
    expect(await subjects()).toEqual([]);
  });

  it('stays for ever where that is the setting', async () => {
    await open(dialect, { trashDays: null });
    await add('trash', 'trash');
    await account.source.expire(NOW);
    await account.source.expire(NOW + 4_000 * DAY_MS);
    expect(await subjects()).toEqual(['trash']);
  });

  it('only leaves the mailbox when it is in another one as well', async () => {
    await open(dialect, { keepDays: 30 });
    const { roleId } = account.source;
    const archive = roleId.call(account.source, 'archive');
    const both = { addKeywords: [], removeKeywords: [], addMailboxes: [archive], removeMailboxes: [] };
    for (const [subject, role] of [
      ['binned', 'trash'],
      ['kept', 'inbox'],
    ] as const)
      await account.source.updateEmails([{ ...both, id: await add(subject, role, 40) }]);
    await account.source.expire(NOW);
    await account.source.expire(NOW + 100 * DAY_MS);
    expect((await subjects()).toSorted()).toEqual(['binned', 'kept']);
    const left = await account.index.mailboxLocations(archive, 1, Number.MAX_SAFE_INTEGER);
    const rows = await account.index.emails(left.map(({ emailId }) => emailId));
    expect(rows.map(({ mailboxIds }) => mailboxIds)).toEqual([[archive], [archive]]);
  });

  it('stays when somebody takes it out of Trash at the last moment', async () => {
    await open(dialect);
    const id = await add('rescued', 'trash');
    await account.source.expire(NOW);
    const [trash, inbox] = [account.source.roleId('trash'), account.source.roleId('inbox')];
    const write = account.index.write.bind(account.index);
    vi.spyOn(account.index, 'write').mockImplementationOnce(async (work) => {
      const patch = { id, addKeywords: [], removeKeywords: [] };
      await account.source.updateEmails([{ ...patch, addMailboxes: [inbox], removeMailboxes: [trash] }]);
      return write(work);
    });
    await account.source.expire(NOW + 40 * DAY_MS);
    expect(await subjects()).toEqual(['rescued']);
    const chunks = await (await account.source.readRaw(id)).toArray();
    expect(Buffer.concat(chunks).toString()).toContain('rescued');
  });

  it('goes from the inbox by age or by number, flagged mail never', async () => {
    await open(dialect, { keepDays: 30 });
    await add('flagged', 'inbox', 50, ['$flagged']);
    await add('old', 'inbox', 40);
    await add('new', 'inbox', 1);
    await account.source.expire(NOW);
    expect(await subjects()).toEqual(['flagged', 'new']);
    await account.close();
    await open(dialect, { keepLast: 10 });
    for (let n = 10; n < 23; n++) await add(`m${n}`, 'inbox', 40 - n);
    await account.source.expire(NOW);
    expect(await subjects()).toEqual(Array.from({ length: 10 }, (_, n) => `m${n + 13}`));
  });
});
