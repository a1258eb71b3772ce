/** What one Email/set holds in memory has an end (security.md S28). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { MAX_HELD } from '@/lib/source/source';
import { type Fixture, openFixture, type SetAnswer } from './fixture';

const FILE = 4 * 1024 ** 2;

let jmap: Fixture;
let blobId: Id;
let drafts: Id;

beforeAll(async () => {
  jmap = await openFixture('local');
  blobId = await jmap.upload(Buffer.alloc(FILE, 'a'));
  drafts = (await jmap.mailbox('drafts')).id;
});
afterAll(() => jmap?.close());

const withFiles = (count: number) => ({
  mailboxIds: { [drafts]: true },
  subject: `${count} files`,
  attachments: Array.from({ length: count }, () => ({ blobId, type: 'application/octet-stream' })),
});

it('S28: a message with more files than are held in memory is refused before any of them is read', async () => {
  const create = { large: withFiles(MAX_HELD / FILE + 1) };
  const { created, notCreated } = await jmap.call<SetAnswer>('Email/set', { create });
  expect([created, notCreated?.large]).toMatchObject([null, { type: 'tooLarge', maxSize: MAX_HELD }]);
});

it('S28: of several that are too much together those that fit are created, the others can be asked for again', async () => {
  const half = MAX_HELD / FILE / 2 + 1;
  const create = { first: withFiles(half), second: withFiles(half), small: withFiles(0) };
  const { created, notCreated } = await jmap.call<SetAnswer>('Email/set', { create });
  expect(Object.keys(created ?? {})).toEqual(['first', 'small']);
  expect(notCreated?.second).toMatchObject({ type: 'rateLimit' });
  const again = await jmap.call<SetAnswer>('Email/set', { create: { second: create.second } });
  expect(again.notCreated).toBeNull();
}, 60_000);
