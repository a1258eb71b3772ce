/** Messages too large for memory are imported and copied as they stream, byte for byte (RFC 8621 §4.7, §4.8). */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uploadBlobId } from '@/lib/account/blob-id';
import type { Id } from '@/lib/jmap/types';
import { MAX_HELD } from '@/lib/source/source';
import { addAccount, type Fixture, fixtureOf, openFixture, type SetAnswer } from './fixture';

const SIZE = MAX_HELD + 10_000_000;
/** Chunks that are on their way; all of it would be more. */
const MOST_HELD = MAX_HELD;
const HEAD =
  'Received: from a by b; Tue, 3 Nov 2026 09:00:00 +0000\nSubject: Large\nMessage-ID: <large@example.org>\n\n';
const LINE = Buffer.from(`${'x'.repeat(998)}\r\n`);

let jmap: Fixture;
let local: Fixture;
let blobId: Id;
let sha256: string;
let emailId: Id;

/** Line ends of the header are LF alone; nothing of it is in memory as a whole. */
function* message(lineEnd: string): Generator<Buffer> {
  yield Buffer.from(HEAD.replaceAll('\n', lineEnd));
  for (let size = 0; size < SIZE; size += LINE.length) yield LINE;
}

beforeAll(async () => {
  jmap = await openFixture('imap');
  const localId = await addAccount(jmap.runtime, 'u1', 'local');
  local = fixtureOf(jmap.runtime, localId, async () => undefined);
  const upload = Readable.from(message('\n'), { objectMode: false });
  blobId = uploadBlobId((await jmap.runtime.uploads.add(jmap.accountId, upload, 2 * SIZE)).sha256);
  const hash = createHash('sha256');
  for (const chunk of message('\r\n')) hash.update(chunk);
  sha256 = hash.digest('hex');
}, 120_000);
afterAll(() => jmap?.close());

async function hashOf({ runtime, accountId }: Fixture, id: Id): Promise<string> {
  const account = await runtime.accounts.openOwned('u1', accountId);
  const hash = createHash('sha256');
  for await (const chunk of await account.source.readRaw(id)) hash.update(chunk);
  return hash.digest('hex');
}

/** Fails when more than a part of it was held at once. */
async function inPieces(work: () => Promise<void>): Promise<void> {
  setFlagsFromString('--expose_gc');
  const collect: () => void = runInNewContext('gc');
  const used = () => process.memoryUsage().arrayBuffers;
  const before = used();
  let most = 0;
  const timer = setInterval(() => {
    // What nobody holds any more may lie there for long.
    if (used() - before > MOST_HELD) collect();
    most = Math.max(most, used() - before);
  }, 50);
  await work();
  clearInterval(timer);
  expect(most).toBeLessThan(MOST_HELD);
}

it('imports it to a mail server, dated as its header says', async () => {
  const mailboxIds = { [(await jmap.mailbox('archive')).id]: true };
  await inPieces(async () => {
    const answer = await jmap.call<SetAnswer>('Email/import', { emails: { e: { blobId, mailboxIds } } });
    expect(answer.notCreated).toBeNull();
    expect(answer.newState).not.toBe(answer.oldState);
    emailId = answer.created?.e?.id ?? '';
  });
  const { list } = await jmap.call<{ list: object[] }>('Email/get', { ids: [emailId] });
  expect(list).toMatchObject([{ subject: 'Large', receivedAt: '2026-11-03T09:00:00Z', mailboxIds }]);
  expect(await hashOf(jmap, emailId)).toBe(sha256);
}, 120_000);

it('copies it from there into an account kept here', async () => {
  const mailboxIds = { [(await local.mailbox('inbox')).id]: true };
  const args = { fromAccountId: jmap.accountId, create: { e: { id: emailId, mailboxIds } } };
  await inPieces(async () => {
    const answer = await local.call<SetAnswer>('Email/copy', args);
    expect(answer.notCreated).toBeNull();
    expect(await hashOf(local, answer.created?.e?.id ?? '')).toBe(sha256);
  });
}, 120_000);

it('what is no message, or goes nowhere, is refused as a small one is', async () => {
  const nonsense = function* () {
    for (let size = 0; size < SIZE; size += LINE.length) yield LINE;
  };
  const upload = Readable.from(nonsense(), { objectMode: false });
  const other = uploadBlobId((await jmap.runtime.uploads.add(jmap.accountId, upload, 2 * SIZE)).sha256);
  const mailboxIds = { [(await jmap.mailbox('archive')).id]: true };
  const emails = { a: { blobId: other, mailboxIds }, b: { blobId, mailboxIds: { none: true } } };
  const { notCreated } = await jmap.call<SetAnswer>('Email/import', { emails });
  expect(notCreated).toMatchObject({ a: { type: 'invalidEmail' }, b: { type: 'invalidProperties' } });
}, 120_000);
