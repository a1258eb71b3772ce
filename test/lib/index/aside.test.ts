import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Databases, openDatabases } from '@/lib/db/database';
import { createAccountIndex } from '@/lib/index/account-index';
import { Aside } from '@/lib/index/aside';
import type { AccountIndex, NewEmail } from '@/lib/index/types';
import { ThreadBroken } from '@/lib/thread-pool';
import { email, headers, question, roleMailbox } from './fixture';

let dataDir: string;
let databases: Databases;
let aside: Aside;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatepost-aside-'));
  databases = await openDatabases({ dataDir, databaseUrl: null });
  aside = new Aside(databases.indexFile ?? '');
});
afterAll(async () => {
  await aside.close();
  await databases.close();
  await rm(dataDir, { recursive: true, force: true });
});

const index = (id: string, beside: Pick<Aside, 'select'> | null) =>
  createAccountIndex(databases.index, 'sqlite', id, beside);

async function fill(id: string, count: number): Promise<void> {
  await index(id, null).write(async (writer) => {
    await writer.putMailbox(roleMailbox('binbox', 'inbox'));
    await writer.addEmails(Array.from({ length: count }, (_, uid) => mail(uid + 1)));
  });
}

function mail(uid: number): NewEmail {
  const subject = `Subject ${uid % 7}`;
  return email(`e${uid}`, { receivedAt: uid, headers: headers({ subject, messageId: [`${uid % 50}@x`] }) });
}

async function bySubject(of: AccountIndex, collapseThreads: boolean): Promise<string[]> {
  const sort = [{ property: 'subject', isAscending: false }];
  const asked = question({ filter: { inMailbox: 'binbox' }, sort, collapseThreads, limit: 500 });
  return (await of.query(asked)).ids;
}

describe('a list of a large mailbox in another order', () => {
  it('is the same by the thread beside, and when that breaks', async () => {
    await fill('a1', 21_000);
    const asked = vi.spyOn(aside, 'select');
    const broken = { select: () => Promise.reject(new ThreadBroken('it ended')) };
    for (const collapse of [false, true]) {
      const wanted = await bySubject(index('a1', null), collapse);
      expect(wanted).toHaveLength(collapse ? 350 : 500);
      expect(await bySubject(index('a1', aside), collapse)).toEqual(wanted);
      expect(await bySubject(index('a1', broken), collapse)).toEqual(wanted);
    }
    expect(asked).toHaveBeenCalledTimes(2);
    asked.mockClear();
    await fill('a2', 100);
    expect(await bySubject(index('a2', aside), false)).toHaveLength(100);
    expect(asked).not.toHaveBeenCalled();
  });

  it('fails as it would here when the database refuses', async () => {
    await expect(aside.select('select key from nowhere', [])).rejects.toThrow('no such table');
  });
});
