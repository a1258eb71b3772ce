/** A move between two local accounts: what stands in its row when it is paused, refused, or has lost what it copied from. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Account } from '@/lib/account/account';
import { Moves, type MoveView } from '@/lib/account/move/moves';
import { feedTables } from '@/lib/db/feed-tables';
import { CommandError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { addAccount, type Fixture, fixtureOf, openFixture } from '@/test/lib/jmap/fixture';

let from: Fixture;
let to: Fixture;
let source: Account;
let target: Account;
let moves: Moves;

beforeAll(async () => {
  from = await openFixture('local');
  const { runtime } = from;
  to = fixtureOf(runtime, await addAccount(runtime, 'u1', 'local'), async () => undefined);
  source = await runtime.accounts.open(from.accountId);
  target = await runtime.accounts.open(to.accountId);
  // The demo mailbox comes full.
  await Promise.all([empty(from), empty(to)]);
});
afterAll(() => from?.close());
beforeEach(() => {
  moves = anotherNode();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const { id } of await moves.list('u1')) await moves.remove('u1', id);
  await moves.stop();
  await Promise.all([empty(from), empty(to)]);
});

async function empty(fixture: Fixture): Promise<void> {
  const { ids } = await fixture.call<{ ids: Id[] }>('Email/query', {});
  if (ids.length > 0) await fixture.call('Email/set', { destroy: ids });
}

const anotherNode = () =>
  new Moves(from.runtime.accounts, feedTables(from.runtime.databases.main), from.runtime.blobs);

async function store(subject: string, mailboxIds?: Id[]): Promise<void> {
  const raw = Buffer.from(`Message-ID: <${subject}@example.org>\r\nSubject: ${subject}\r\n\r\nx\r\n`);
  const inbox = [(await from.mailbox('inbox')).id];
  const email = { raw, mailboxIds: mailboxIds ?? inbox, keywords: [], receivedAt: 1_000 };
  await source.write((one) => one.append(email));
}

const start = (change: { from_mailbox?: Id; every_minutes?: number } = {}) =>
  moves.add({
    ...{ user_id: 'u1', from_account: from.accountId, to_account: to.accountId },
    ...{ from_mailbox: null, to_mailbox: null, every_minutes: null, ...change },
  });
const state = async (): Promise<MoveView | undefined> => (await moves.list('u1'))[0];
const copied = async () => (await to.call<{ ids: Id[] }>('Email/query', {})).ids.length;

/** Holds the first call of the method until it is let go. */
function held(account: Account, method: 'append' | 'readRaw') {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let began: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    began = resolve;
  });
  const real = account.source[method].bind(account.source) as (...args: unknown[]) => Promise<never>;
  vi.spyOn(account.source, method).mockImplementation(async (...args: unknown[]) => {
    began();
    await gate;
    return real(...args);
  });
  return { reached, letGo };
}

it('stays paused when the pass that went on came to its end meanwhile', async () => {
  await store('one');
  const { reached, letGo } = held(target, 'readRaw');
  const { id } = await start({ every_minutes: 15 });
  await reached;
  const paused = moves.pause('u1', id);
  await vi.waitFor(async () => expect((await state())?.state).toBe('paused'), { timeout: 15_000 });
  letGo();
  expect((await paused).state).toBe('paused');
});

it('copies nothing more when it is paused by another node', async () => {
  await store('one');
  await store('two');
  const { reached, letGo } = held(target, 'append');
  const { id } = await start();
  await reached;
  const node = anotherNode();
  expect((await node.pause('u1', id)).state).toBe('paused');
  letGo();
  await moves.idle(id);
  expect(await copied()).toBe(1);
  expect((await state())?.state).toBe('paused');
  // Gone on with there: each message is there once.
  await node.resume('u1', id);
  await node.idle(id);
  expect(await state()).toMatchObject({ state: 'done', counts: { verified: 2, refused: 0 } });
  expect(await copied()).toBe(2);
});

it('I10: is left to a process that works on it: what that one puts there now cannot be taken back', async () => {
  await store('one');
  const { reached, letGo } = held(target, 'append');
  const { id } = await start();
  await reached;
  const node = anotherNode();
  await node.resume('u1', id);
  await node.idle(id);
  letGo();
  await moves.idle(id);
  expect(await copied()).toBe(1);
  expect(await state()).toMatchObject({ state: 'done', counts: { verified: 1, refused: 0 } });
});

it('I10: what was refused half way is not put there twice', async () => {
  await store('one', [(await from.mailbox('inbox')).id, (await from.mailbox('archive')).id]);
  const append = target.source.append.bind(target.source);
  vi.spyOn(target.source, 'append').mockImplementationOnce(async (email) => {
    await append({ ...email, mailboxIds: email.mailboxIds.slice(0, 1) });
    throw new CommandError('commandFailed', 'no copy into the second mailbox');
  });
  const { id } = await start();
  await moves.idle(id);
  expect((await state())?.counts).toMatchObject({ refused: 1 });
  await moves.resume('u1', id);
  await moves.idle(id);
  expect(await copied()).toBe(1);
  expect((await state())?.counts).toMatchObject({ verified: 1, refused: 0 });
});

it('what is deleted there while it is copied leaves a clean report', async () => {
  await store('one');
  await store('two');
  const { reached, letGo } = held(target, 'append');
  const { id } = await start();
  await reached;
  // One of them is on its way.
  await empty(from);
  letGo();
  await moves.idle(id);
  expect(await state()).toMatchObject({ state: 'done', counts: { verified: 1, refused: 0 } });
  await moves.deleteSource('u1', id);
  expect(await state()).toMatchObject({ counts: { verified: 0 } });
});

it('says so when the mailbox that it copies is gone', async () => {
  const mailbox = { name: 'Lists', parentId: null, role: null, isSubscribed: true };
  const lists = await source.write((one) => one.createMailbox(mailbox));
  const { id } = await start({ from_mailbox: lists, every_minutes: 15 });
  await moves.idle(id);
  expect(await state()).toMatchObject({ state: 'running', code: null });
  await source.write((one) => one.destroyMailbox(lists));
  await moves.resume('u1', id);
  await moves.idle(id);
  expect(await state()).toMatchObject({ state: 'running', code: 'notFound' });
});
