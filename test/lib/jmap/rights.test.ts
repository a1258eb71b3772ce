/** What the rights of a mailbox do not allow is refused, object by object, before the server is asked (RFC 8621 §2, §4.6). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Id, Mailbox, MailboxRights, SetError } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type Fixture, type GetAnswer, openFixture, type SetAnswer } from './fixture';

let jmap: Fixture;
let inbox: Id;
let archive: Id;
let sent: Id;
let emailId: Id;

beforeAll(async () => {
  jmap = await openFixture('local');
  emailId = await jmap.importEmail(plainMessage('Kept', 'x'), 'archive');
  inbox = (await jmap.mailbox('inbox')).id;
  archive = (await jmap.mailbox('archive')).id;
  sent = (await jmap.mailbox('sent')).id;
});
afterAll(() => jmap?.close());

/** As a mail server gives them. */
async function withhold(id: Id, ...names: (keyof MailboxRights)[]): Promise<void> {
  const { index } = await jmap.runtime.accounts.openOwned('u1', jmap.accountId);
  const row = await index.mailbox(id);
  if (!row) throw new Error('no mailbox');
  const may = (name: string) => !names.some((withheld) => withheld === name);
  const rights = Object.fromEntries(Object.keys(row.rights).map((name) => [name, may(name)]));
  await index.write((writer) =>
    writer.putMailbox({
      ...row,
      rights: rights as unknown as MailboxRights,
      ...{ serverTotal: null, serverUnread: null },
    }),
  );
}

const set = (args: object) => jmap.call<SetAnswer>('Email/set', args as never);
const update = async (patch: object): Promise<SetError | undefined> =>
  (await set({ update: { [emailId]: patch } })).notUpdated?.[emailId];
const FORBIDDEN = { type: 'forbidden' };

it('keywords, each for itself', async () => {
  await withhold(archive, 'maySetSeen');
  expect(await update({ 'keywords/$seen': true })).toMatchObject(FORBIDDEN);
  expect(await update({ 'keywords/$flagged': true })).toBeUndefined();
  await withhold(archive, 'maySetKeywords');
  expect(await update({ 'keywords/$flagged': null })).toMatchObject(FORBIDDEN);
  expect(await update({ 'keywords/$seen': true })).toBeUndefined();
});

it('mail that leaves, or is destroyed', async () => {
  await withhold(archive, 'mayRemoveItems');
  expect(await update({ mailboxIds: { [inbox]: true } })).toMatchObject(FORBIDDEN);
  expect((await set({ destroy: [emailId] })).notDestroyed?.[emailId]).toMatchObject(FORBIDDEN);
  const { list } = await jmap.call<GetAnswer<{ mailboxIds: object }>>('Email/get', { ids: [emailId] });
  expect(list[0]?.mailboxIds).toEqual({ [archive]: true });
});

it('mail that comes, whichever way', async () => {
  await withhold(archive);
  await withhold(sent, 'mayAddItems');
  const mailboxIds = { [sent]: true };
  expect(await update({ mailboxIds })).toMatchObject(FORBIDDEN);
  expect((await set({ create: { c: { mailboxIds, subject: 'x' } } })).notCreated?.c).toMatchObject(FORBIDDEN);
  const emails = { c: { blobId: await jmap.upload(plainMessage('Other', 'y')), mailboxIds } };
  expect((await jmap.call<SetAnswer>('Email/import', { emails })).notCreated?.c).toMatchObject(FORBIDDEN);
  expect(await update({ mailboxIds: { [inbox]: true } })).toBeUndefined();
});

it('a mailbox that is renamed, removed or put under another', async () => {
  const create = { a: { name: 'Theirs' }, b: { name: 'Mine' } };
  const { created } = await jmap.call<SetAnswer>('Mailbox/set', { create });
  const [theirs, mine] = [created?.a?.id ?? '', created?.b?.id ?? ''];
  await withhold(theirs, 'mayRename', 'mayDelete', 'mayCreateChild');
  const refused = await jmap.call<SetAnswer>('Mailbox/set', {
    update: { [theirs]: { name: 'Ours' }, [mine]: { parentId: theirs } },
    destroy: [theirs],
  });
  expect(refused.notUpdated).toMatchObject({ [theirs]: FORBIDDEN, [mine]: FORBIDDEN });
  expect(refused.notDestroyed).toMatchObject({ [theirs]: FORBIDDEN });
  const { list } = await jmap.call<GetAnswer<Mailbox>>('Mailbox/get', { ids: [theirs] });
  expect(list[0]?.myRights).toMatchObject({ mayRename: false, mayDelete: false, mayReadItems: true });
});
