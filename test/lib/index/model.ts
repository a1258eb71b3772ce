/** Random writes for property tests, and what a client and a recount make of them. */
import fc from 'fast-check';
import type { AccountIndex, IndexWriter } from '@/lib/index/types';
import { email, headers, location } from './fixture';

export const MAILBOXES = ['binbox', 'bwork', 'bsent'];

const uid = fc.integer({ min: 1, max: 12 });
const mailboxId = fc.constantFrom(...MAILBOXES);
const keywords = fc.subarray(['$seen', '$flagged', '$draft', 'todo']);
const number = fc.integer({ min: 0, max: 14 });

/** Few ids, uids, times and threads, so that they meet. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      number,
      mailboxId,
      uid,
      keywords,
      hidden: fc.boolean(),
      thread: fc.integer({ min: 0, max: 4 }),
      headers: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('copy' as const), number, mailboxId, uid, keywords }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      mailboxId,
      uids: fc.array(uid, { maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('flag' as const),
      mailboxId,
      uid,
      keywords,
      hidden: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('details' as const),
      number,
      thread: fc.integer({ min: 0, max: 4 }),
    }),
  },
);
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** Each inner list is one write. */
export const writes = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 6,
});

export async function apply(index: AccountIndex, steps: Step[]): Promise<void> {
  await index.write(async (writer) => {
    for (const one of steps) await applyStep(index, writer, one);
  });
}

async function applyStep(index: AccountIndex, writer: IndexWriter, one: Step): Promise<void> {
  switch (one.kind) {
    case 'add': {
      const { mailboxId, uid, keywords, hidden } = one;
      const options = { mailboxId, uid, keywords, hidden, receivedAt: (one.number % 5) * 1000 };
      const known = one.headers ? { headers: threadHeaders(one.thread) } : {};
      return writer.addEmails([email(`e${one.number}`, { ...options, ...known })]);
    }
    case 'copy':
      // What was there before this write; a copy of something unknown is another test.
      if ((await index.locations([`e${one.number}`])).length === 0) return;
      return writer.addLocation(`e${one.number}`, location(one));
    case 'remove':
      return writer.removeLocations(one.mailboxId, one.uids);
    case 'flag': {
      const { uid, keywords, hidden } = one;
      return writer.setLocationKeywords(one.mailboxId, [{ uid, keywords, hidden, modseq: null }]);
    }
    case 'details':
      return writer.setDetails(`e${one.number}`, { headers: threadHeaders(one.thread) });
  }
}

function threadHeaders(thread: number) {
  return headers({ subject: `Subject ${thread}`, references: [`r${thread}@x`], messageId: ['own@x'] });
}

/** Ids of everything that could ever be there. */
export const ALL_IDS = Array.from({ length: 15 }, (_, number) => `e${number}`);

/** Counts of each mailbox, from the Emails themselves. */
export async function recount(index: AccountIndex) {
  const emails = await index.emails(ALL_IDS);
  return MAILBOXES.map((id) => {
    const here = emails.filter(({ mailboxIds }) => mailboxIds.includes(id));
    const unread = here.filter(({ keywords }) => !keywords.includes('$seen') && !keywords.includes('$draft'));
    return {
      id,
      totalEmails: here.length,
      unreadEmails: unread.length,
      totalThreads: new Set(here.map(({ threadId }) => threadId)).size,
      unreadThreads: new Set(unread.map(({ threadId }) => threadId)).size,
    };
  });
}
