/** Damage to stored bytes is found, and what the POP3 server still has comes back under the same Email. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { Pop3Settings } from '@/lib/account/record';
import { damagedBlobs, fetchAnew } from '@/lib/db/blob-store-verify';
import { IMPORTED } from '@/lib/source/local/keywords';
import { relist } from '@/lib/source/local/relist';
import { type FakeMaildrop, fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';
import { type LocalAccount, localAccount } from './local-account';

let maildrop: FakeMaildrop;
let account: LocalAccount;

afterEach(async () => {
  await account?.close();
  await maildrop?.close();
});

const large = `Subject: large\r\n\r\n${'0123456789abcdef\r\n'.repeat(5_000)}`;
const small = 'Subject: small\r\n\r\nbody\r\n';
const other = 'Subject: other\r\n\r\nbody\r\n';

async function start(dialect: 'sqlite' | 'postgres', pop3: Partial<Pop3Settings> = {}): Promise<void> {
  const raws = [small, large, other];
  maildrop = await fakeMaildrop(raws.map((raw, n) => ({ uidl: `u${n}`, raw })));
  const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
  account = await localAccount(dialect, { incoming, password: 'pw', pop3 });
  await collect();
}

async function collect(): Promise<void> {
  await account.source.collect();
  await account.source.idle();
  expect(account.source.status().error).toBeNull();
}

async function found() {
  const damages = [];
  for await (const damage of damagedBlobs(account.databases.main, account.blobs)) damages.push(damage);
  return damages;
}

async function bytesBySubject(): Promise<Record<string, { id: string; raw: string }>> {
  const { ids } = await account.index.query({
    filter: null,
    sort: [{ property: 'subject' }],
    ...{ collapseThreads: false, position: 0, anchor: null, anchorOffset: 0, limit: 10 },
  });
  const all: Record<string, { id: string; raw: string }> = {};
  for (const { id, headers } of await account.index.emails(ids)) {
    const chunks: Buffer[] = [];
    for await (const chunk of await account.source.readRaw(id)) chunks.push(chunk);
    all[headers?.subject ?? ''] = { id, raw: Buffer.concat(chunks).toString() };
  }
  return all;
}

/** All but the keyword that tells that it is no news. */
async function emails(): Promise<Map<string, object>> {
  const { ids } = await account.index.query({
    ...{ filter: null, sort: [{ property: 'subject' }], collapseThreads: false },
    ...{ position: 0, anchor: null, anchorOffset: 0, limit: 10 },
  });
  const rows = await account.index.emails(ids);
  return new Map(
    rows.map(({ id, headers, structure, preview, mailboxIds, size, keywords }) => [
      id,
      { headers, structure, preview, mailboxIds, size, keywords: keywords.filter((one) => one !== IMPORTED) },
    ]),
  );
}

async function inboxCounts() {
  const inbox = await account.index.mailbox(account.source.roleId('inbox'));
  return [inbox?.totalEmails, inbox?.unreadEmails, inbox?.totalThreads];
}

/** One byte of the small one, and the large one's bytes altogether. */
async function damage(): Promise<string[]> {
  const { main } = account.databases;
  const rows = await main.selectFrom('blob').selectAll().orderBy('size').execute();
  const [first] = rows;
  const last = rows.at(-1);
  const data = Buffer.from(first?.data ?? '');
  data[3] = (data[3] ?? 0) ^ 1;
  await main
    .updateTable('blob')
    .set({ data })
    .where('sha256', '=', first?.sha256 ?? '')
    .execute();
  const sha256 = last?.sha256 ?? '';
  await main.deleteFrom('blob_chunk').where('sha256', '=', sha256).execute();
  await rm(join(account.dataDir, 'store', sha256.slice(0, 2), `${sha256.slice(2)}.z`), { force: true });
  return [first?.sha256 ?? '', sha256];
}

describe.each(['sqlite', 'postgres'] as const)('verifying stored bytes on %s', (dialect) => {
  it('finds nothing where nothing is wrong', async () => {
    await start(dialect);
    expect(await found()).toEqual([]);
  });

  it('finds a changed byte and missing bytes, and brings both back from the server', async () => {
    await start(dialect);
    const before = await bytesBySubject();
    const [changed = '', missing = ''] = await damage();
    const damages = await found();
    expect(damages).toHaveLength(2);
    expect(damages).toContainEqual({ name: changed, problem: 'changed' });
    expect(damages).toContainEqual({ name: missing, problem: 'missing' });
    for (const { name } of damages) {
      expect(await fetchAnew(account.databases.main, name)).toBe(true);
    }
    await collect();
    expect(await found()).toEqual([]);
    expect(await bytesBySubject()).toEqual(before);
  });

  it('what the server no longer has stays as it is', async () => {
    await start(dialect);
    await damage();
    const before = await account.databases.main.selectFrom('blob').select('sha256').execute();
    const damages = await found();
    maildrop.messages = [];
    for (const { name } of damages) await fetchAnew(account.databases.main, name);
    await collect();
    expect(await account.databases.main.selectFrom('blob').select('sha256').execute()).toEqual(before);
    expect(await found()).toEqual(damages);
  });

  it('what a process that was killed had begun to store is no damage', async () => {
    await start(dialect);
    const { main } = account.databases;
    const begun = { sha256: 'ab'.repeat(32), size: 100_000, data: null, touched_at: Date.now() };
    await main.insertInto('blob').values(begun).execute();
    expect(await found()).toEqual([]);
  });

  it('finds mail of which nothing tells where its bytes are, and bytes of mail that is in no list', async () => {
    await start(dialect);
    const before = await bytesBySubject();
    const { main } = account.databases;
    const [lost, unlisted] = [before.small?.id ?? '', before.other?.id ?? ''];
    await main.deleteFrom('local_email').where('email_id', '=', lost).execute();
    await main.deleteFrom('email').where('id', '=', unlisted).execute();
    const { sha256 } = await main
      .selectFrom('local_email')
      .select('sha256')
      .where('email_id', '=', unlisted)
      .executeTakeFirstOrThrow();
    expect(await found()).toEqual([
      { name: lost, problem: 'missing' },
      { name: sha256, problem: 'unlisted' },
    ]);
  });

  it('puts mail that is in no list back where it came, under its id, with all that is shown of it', async () => {
    await start(dialect, { headersFirstMegabytes: 0.05, deleteWhenDestroyed: true });
    const { main } = account.databases;
    const before = await emails();
    const counts = await inboxCounts();
    for (const id of before.keys()) await main.deleteFrom('email').where('id', '=', id).execute();
    const damages = await found();
    expect(damages.map(({ problem }) => problem)).toEqual(['unlisted', 'unlisted', 'unlisted']);
    for (const { name } of damages) expect(await relist(main, account.blobs, name)).toBe(1);
    expect(await found()).toEqual([]);
    expect(await emails()).toEqual(before);
    expect(await inboxCounts()).toEqual(counts);
    // Nothing of it was taken for destroyed here, and the rest of what came by its headers comes.
    await collect();
    expect(maildrop.messages).toHaveLength(3);
    expect((await bytesBySubject()).large?.raw).toBe(large);
  });

  it('puts nothing into a list of which the bytes are damaged', async () => {
    await start(dialect);
    const [changed = '', missing = ''] = await damage();
    await account.databases.main.deleteFrom('email').execute();
    for (const name of [changed, missing])
      expect(await relist(account.databases.main, account.blobs, name)).toBe(0);
  });

  it('I10: what lost its bytes here is not deleted at the provider', async () => {
    await start(dialect, { deleteWhenMoved: true });
    const { index, source } = account;
    const { ids } = await index.query({
      ...{ filter: null, sort: [{ property: 'subject' }], collapseThreads: false },
      ...{ position: 0, anchor: null, anchorOffset: 0, limit: 10 },
    });
    await damage();
    const [inbox, archive] = [source.roleId('inbox'), source.roleId('archive')];
    const keywords = { addKeywords: [], removeKeywords: [] };
    await source.updateEmails(
      ids.map((id) => ({ id, ...keywords, addMailboxes: [archive], removeMailboxes: [inbox] })),
    );
    await collect();
    expect(maildrop.messages.map(({ raw }) => raw)).toEqual([large]);
  });
});

describe('npm run verify', () => {
  function verify(...args: string[]) {
    return promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/verify.ts', ...args], {
      // Vite has a BASE_URL of its own.
      env: { ...process.env, BASE_URL: 'http://localhost:3000', DATA_DIR: account.dataDir },
    }).then(
      () => null,
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  }

  it('says what is damaged, and ends with 1', async () => {
    await start('sqlite');
    const [changed = '', missing = ''] = await damage();
    const failure = await verify();
    expect(failure?.stderr).toBe('');
    expect(failure).toMatchObject({ code: 1 });
    expect(failure?.stdout).toContain(`${changed} changed`);
    expect(failure?.stdout).toContain(`${missing} missing`);
  });

  it('says what it repairs', async () => {
    await start('sqlite');
    const unlisted = (await bytesBySubject()).other?.id ?? '';
    const [changed = ''] = await damage();
    await account.databases.main.deleteFrom('email').where('id', '=', unlisted).execute();
    const failure = await verify('--repair');
    expect(failure?.stderr).toBe('');
    expect(failure?.stdout).toContain(`${changed} changed, the next collecting fetches it anew`);
    expect(failure?.stdout).toContain('unlisted, it is in a mailbox again');
    await collect();
    expect(await verify('--repair')).toBeNull();
  });
});
