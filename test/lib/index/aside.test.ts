import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Databases, openDatabases } from '@/lib/db/database';
import { createAccountIndex } from '@/lib/index/account-index';
import { Aside } from '@/lib/index/aside';
import type { AccountIndex, NewEmail } from '@/lib/index/types';
import type { TypeName } from '@/lib/jmap/types';
import { ThreadBroken } from '@/lib/thread-pool';
import { email, headers, location, mailbox, question } from './fixture';

const WIRE = {
  path: 'INBOX',
  delimiter: '/',
  selectable: true,
  uidValidity: 1,
  uidNext: 500,
  highestModseq: null,
  filledDownTo: 400,
};

let dataDir: string;
let databases: Databases;
let aside: Aside;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatepost-aside-'));
  databases = await openDatabases({ dataDir, databaseUrl: null });
  if (!databases.indexFile) throw new Error('SQLite has a file');
  aside = new Aside(databases.indexFile);
});
afterEach(async () => {
  await aside.close();
  await databases.close();
  await rm(dataDir, { recursive: true, force: true });
});

type Beside = Pick<Aside, 'fill' | 'addPreviews' | 'select'>;

const BROKEN: Beside = {
  fill: () => Promise.reject(new ThreadBroken('it ended')),
  addPreviews: () => Promise.reject(new ThreadBroken('it ended')),
  select: () => Promise.reject(new ThreadBroken('it ended')),
};

async function account(id: string, beside: Beside | null): Promise<AccountIndex> {
  const index = createAccountIndex(databases.index, 'sqlite', id, beside);
  await index.write(async (writer) => {
    await writer.putMailbox(mailbox('binbox', { role: 'inbox', wire: WIRE }));
    await writer.putMailbox(mailbox('bwork'));
  });
  return index;
}

function mails(from: number, to: number): NewEmail[] {
  return Array.from({ length: to - from }, (_, i) => {
    const uid = from + i;
    return {
      ...email(`e${uid}`, {
        receivedAt: uid,
        keywords: uid % 3 === 0 ? ['$seen'] : [],
        headers: headers({ subject: `Subject ${uid % 7}`, messageId: [`${uid % 50}@x`] }),
      }),
      location: location({ uid, keywords: uid % 3 === 0 ? ['$seen'] : [] }),
    };
  });
}

/** Of what a filling writes, all that can be asked. */
async function seen(index: AccountIndex) {
  const { ids, total } = await index.query(question({ filter: { inMailbox: 'binbox' } }));
  return {
    total,
    emails: await index.emails(ids),
    mailboxes: await index.mailboxes(),
    found: await index.search({ subject: 'Subject' }, null, 1_000),
    foundByPreview: await index.search({ text: 'shown' }, null, 1_000),
    locations: await index.mailboxLocations('binbox', 1, 1_000),
  };
}

describe('a filling that is written by a thread beside', () => {
  it('writes what it would have written here, and tells of it', async () => {
    const [here, beside] = [await account('a1', null), await account('a2', aside)];
    expect([here.fillsAside, beside.fillsAside]).toEqual([false, true]);
    const told: TypeName[][] = [];
    beside.onChange((types) => told.push([...types].sort()));
    for (const index of [here, beside]) {
      await index.fill('binbox', mails(100, 300), 100);
      await index.fill('binbox', mails(50, 150), 50);
      await index.addPreviews(new Map([...Array(50).keys()].map((i) => [`e${60 + i}`, `Shown ${i}`])));
    }
    expect(await seen(beside)).toEqual(await seen(here));
    expect((await seen(beside)).foundByPreview).toHaveLength(50);
    expect((await beside.mailbox('binbox'))?.wire?.filledDownTo).toBe(50);
    expect(told).toHaveLength(2);
    expect(told[0]).toEqual(['Email', 'Mailbox', 'Thread']);
    const since = (await here.state()).split('.')[1];
    expect((await beside.state()).split('.')[1]).toBe(since);
  });

  it('takes turns with whoever writes here: nothing is lost and nobody is refused', async () => {
    const index = await account('a1', aside);
    const writes = Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0
        ? index.fill('binbox', mails(400 - i * 10, 410 - i * 10), 400 - i * 10)
        : index.write((writer) => writer.addEmails([email(`own${i}`, { mailboxId: 'bwork', uid: i })])),
    );
    await Promise.all(writes);
    const counts = (await index.mailboxes()).map(({ totalEmails }) => totalEmails);
    expect(counts.sort((a, b) => a - b)).toEqual([20, 200]);
  });

  it('refuses what is refused here', async () => {
    const index = await account('a1', aside);
    await expect(index.fill('bnone', mails(1, 2), 1)).rejects.toMatchObject({ code: 'notFound' });
    await index.fill('binbox', mails(1, 2), 1);
    expect((await index.mailbox('binbox'))?.totalEmails).toBe(1);
  });

  it('is written here when the thread breaks', async () => {
    const index = await account('a1', BROKEN);
    await index.fill('binbox', mails(1, 11), 1);
    await index.addPreviews(new Map([['e3', 'Shown']]));
    expect((await index.mailbox('binbox'))?.totalEmails).toBe(10);
    expect((await index.emails(['e3']))[0]?.preview).toBe('Shown');
  });

  it('is finished before the database is closed', async () => {
    const index = await account('a1', aside);
    const filling = index.fill('binbox', mails(1, 300), 1);
    await aside.close();
    await filling;
    expect((await index.mailbox('binbox'))?.totalEmails).toBe(299);
  });
});

describe('a list of a large mailbox in another order', () => {
  const sort = [{ property: 'subject', isAscending: false }];
  async function large(id: string, beside: Beside | null): Promise<AccountIndex> {
    const index = await account(id, beside);
    for (let from = 1; from < 21_000; from += 1_000)
      await index.fill('binbox', mails(from, from + 1_000), from);
    return index;
  }
  const ids = async (index: AccountIndex, collapseThreads: boolean) =>
    (await index.query(question({ filter: { inMailbox: 'binbox' }, sort, collapseThreads, limit: 500 }))).ids;

  it('is the same by the thread, and when the thread breaks', async () => {
    const index = await large('a1', aside);
    const here = createAccountIndex(databases.index, 'sqlite', 'a1');
    const broken = createAccountIndex(databases.index, 'sqlite', 'a1', BROKEN);
    for (const collapse of [false, true]) {
      const wanted = await ids(here, collapse);
      expect(wanted).toHaveLength(collapse ? 350 : 500);
      expect(await ids(index, collapse)).toEqual(wanted);
      expect(await ids(broken, collapse)).toEqual(wanted);
    }
  });
});
