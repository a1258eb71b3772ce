import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Databases } from '@/lib/db/database';
import { createAccountIndex } from '@/lib/index/account-index';
import type { AccountIndex, EmailQuery, IndexFilter } from '@/lib/index/types';
import { onEachDatabase } from '@/test/lib/db/databases';
import { mailbox, question } from './fixture';
import { ALL_IDS, apply, MAILBOXES, recount, writes } from './model';

const QUERIES: EmailQuery[] = [
  question(),
  question({ collapseThreads: true }),
  question({ sort: [{ property: 'receivedAt', isAscending: true }] }),
  question({ sort: [{ property: 'receivedAt', isAscending: true }], collapseThreads: true }),
  question({ filter: both({ inMailbox: 'binbox' }, { notKeyword: '$seen' }), collapseThreads: true }),
  question({
    filter: { inMailboxOtherThan: ['bwork'] },
    sort: [{ property: 'hasKeyword', keyword: 'todo' }],
  }),
  question({ filter: { someInThreadHaveKeyword: '$flagged' }, sort: [{ property: 'size' }] }),
  question({ filter: { operator: 'NOT', conditions: [{ inMailbox: 'binbox' }, { hasKeyword: 'todo' }] } }),
];

onEachDatabase('the index under random writes', ({ open, dialect }) => {
  const runs = { numRuns: dialect === 'sqlite' ? 40 : 10 };
  let databases: Promise<Databases> | null = null;
  let accounts = 0;

  async function account(): Promise<AccountIndex> {
    databases ??= open();
    const { index: db } = await databases;
    accounts += 1;
    const index = createAccountIndex(db, dialect, `a${accounts}`);
    await index.write(async (writer) => {
      for (const id of MAILBOXES) await writer.putMailbox(mailbox(id));
    });
    return index;
  }

  it('counts as a recount does', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(writes, async (all) => {
        const index = await account();
        for (const steps of all) await apply(index, steps);
        const mailboxes = await index.mailboxes();
        const expected = await recount(index);
        for (const counts of expected) {
          expect(mailboxes.find(({ id }) => id === counts.id)).toMatchObject(counts);
        }
      }),
      runs,
    );
  });

  it('tells by changes, in steps of any size, all that a client must know', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(writes, fc.integer({ min: 1, max: 3 }), async (all, max) => {
        const index = await account();
        const client = {
          state: await index.state(),
          emails: new Map<string, string>(),
          threads: new Map<string, string>(),
        };
        for (const [turn, steps] of all.entries()) {
          await apply(index, steps);
          // Sometimes late: several writes are followed at once.
          if (turn % 2 === 0 || turn === all.length - 1) await follow(index, client, max);
        }
        expect(sorted(client.emails)).toEqual(sorted(await emailTexts(index, ALL_IDS)));
        const threadIds = (await index.emails(ALL_IDS)).map(({ threadId }) => threadId);
        expect(sorted(client.threads)).toEqual(sorted(await threadTexts(index, [...new Set(threadIds)])));
      }),
      runs,
    );
  });

  it('tells by queryChanges how an old result becomes the new one', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(writes, fc.constantFrom(...QUERIES), async (all, query) => {
        const index = await account();
        let { ids, queryState } = await index.query(query);
        for (const steps of all) {
          await apply(index, steps);
          const now = await index.query(query);
          const { removed, added, total } = await index
            .queryChanges(query, queryState, null, null)
            .catch((error) => {
              // Honest when a sort key was read late; then a client asks anew.
              expect(error).toMatchObject({ code: 'cannotCalculateChanges' });
              return {
                removed: ids,
                added: now.ids.map((id, position) => ({ id, index: position })),
                total: now.total,
              };
            });
          ids = ids.filter((id) => !removed.includes(id));
          for (const { id, index: position } of added) ids.splice(position, 0, id);
          expect(ids).toEqual(now.ids);
          expect(total).toBe(now.total);
          queryState = now.queryState;
        }
      }),
      runs,
    );
  });

  it('pages every list without gaps: by position from both ends and by anchor', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(writes, fc.constantFrom(...QUERIES), async (all, query) => {
        const index = await account();
        for (const steps of all) await apply(index, steps);
        const { ids, total } = await index.query(query);
        expect(ids).toHaveLength(total);
        for (let position = 0; position < total; position++) {
          expect((await index.query({ ...query, position, limit: 2 })).ids).toEqual(
            ids.slice(position, position + 2),
          );
        }
        if (total === 0) return;
        expect(await index.query({ ...query, position: -1, limit: 5 })).toMatchObject({ ids: ids.slice(-1) });
        const anchored = { ...query, anchor: ids.at(-1) ?? null, anchorOffset: -1, limit: 2 };
        expect(await index.query(anchored)).toMatchObject({
          ids: ids.slice(-2),
          position: Math.max(0, total - 2),
        });
      }),
      { numRuns: runs.numRuns / 2 },
    );
  });
});

function both(...conditions: IndexFilter[]): IndexFilter {
  return { operator: 'AND', conditions };
}

interface Client {
  state: string;
  emails: Map<string, string>;
  threads: Map<string, string>;
}

/** As a client does it: the states of both types advance on their own. */
async function follow(index: AccountIndex, client: Client, max: number): Promise<void> {
  await step(index, 'Email', client.state, max, client.emails, emailTexts);
  client.state = await step(index, 'Thread', client.state, max, client.threads, threadTexts);
}

async function step(
  index: AccountIndex,
  type: 'Email' | 'Thread',
  since: string,
  max: number,
  known: Map<string, string>,
  read: (index: AccountIndex, ids: string[]) => Promise<Map<string, string>>,
): Promise<string> {
  const changes = await index.changes(type, since, max);
  expect(changes.created.length + changes.updated.length + changes.destroyed.length).toBeLessThanOrEqual(max);
  for (const id of changes.updated) expect(known.has(id)).toBe(true);
  for (const [id, text] of await read(index, [...changes.created, ...changes.updated])) known.set(id, text);
  for (const id of changes.destroyed) known.delete(id);
  if (!changes.hasMoreChanges) return changes.newState;
  expect(changes.newState).not.toBe(since);
  return step(index, type, changes.newState, max, known, read);
}

async function emailTexts(index: AccountIndex, ids: string[]): Promise<Map<string, string>> {
  const emails = await index.emails(ids);
  return new Map(
    emails.map(({ id, mailboxIds, keywords, threadId }) => [
      id,
      JSON.stringify([[...mailboxIds].sort(), keywords, threadId]),
    ]),
  );
}

async function threadTexts(index: AccountIndex, ids: string[]): Promise<Map<string, string>> {
  return new Map((await index.threads(ids)).map(({ id, emailIds }) => [id, emailIds.join()]));
}

function sorted(map: Map<string, string>): [string, string][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
