/** What a client is told while the mail server is away, and that it all comes back. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { sessionFor } from '@/lib/jmap/session';
import { type Email, GATEPOST, type JsonObject, type Mailbox } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import type { ImapProxy } from '@/test/servers/proxy';
import {
  ADDRESS,
  type Fixture,
  type GetAnswer,
  openBehindProxy,
  type QueryAnswer,
  type SetAnswer,
} from './fixture';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let jmap: Fixture;
let inbox: Mailbox;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [ADDRESS]: 'secret' } });
  await dovecot.deliver(ADDRESS, plainMessage('Unseen', 'x'), { mailbox: 'Never seen' });
  await dovecot.deliver(ADDRESS, plainMessage('Known', 'Known text'));
  ({ jmap, proxy } = await openBehindProxy(dovecot));
  inbox = await jmap.mailbox('inbox');
});
afterAll(() => jmap?.close());

const list = () => jmap.call<QueryAnswer>('Email/query', { filter: { inMailbox: inbox.id } });
const capability = async () => {
  const { accounts } = await sessionFor(jmap.principal, jmap.runtime);
  return accounts[jmap.accountId]?.accountCapabilities[GATEPOST];
};

it('an account that answers is ready', async () => {
  expect((await list()).ids).toHaveLength(1);
  expect(await capability()).toMatchObject({ connection: 'ready', errorCode: null, localOnly: [] });
});

it('what the index knows is found without the server, and said to be only that', async () => {
  const { ids } = await list();
  const find = (condition: JsonObject) =>
    jmap.call<QueryAnswer & { 'gatepost:partial'?: string }>('Email/query', {
      filter: { operator: 'AND', conditions: [{ text: 'known' }, condition] },
      'gatepost:indexOnly': true,
    });
  expect(await find({ subject: 'known' })).toMatchObject({ ids, 'gatepost:partial': 'index' });
  expect(await find({ hasKeyword: '$flagged' })).toMatchObject({ ids: [], 'gatepost:partial': 'index' });
  // Which other fields a header has, it does not know.
  expect(await find({ header: ['Subject'] })).toMatchObject({ ids: [], 'gatepost:partial': 'index' });
});

it('words of header fields are looked up in the index alone, once it holds the mailbox', async () => {
  const { ids } = await list();
  const asked = () => proxy.sent().filter((line) => / UID SEARCH .*(SUBJECT|FROM|TEXT)/.test(line)).length;
  const find = async (condition: JsonObject) => {
    const before = asked();
    const filter = { inMailbox: inbox.id, ...condition };
    const answer = await jmap.call<QueryAnswer & { 'gatepost:partial'?: string }>('Email/query', { filter });
    expect(answer['gatepost:partial']).toBeUndefined();
    return { ids: answer.ids, asked: asked() - before };
  };
  expect(await find({ subject: 'known', from: '' })).toEqual({ ids, asked: 0 });
  expect(await find({ subject: 'unknown' })).toEqual({ ids: [], asked: 0 });
  expect((await find({ subject: '"known"' })).asked).toBe(1);
  expect((await find({ text: 'known' })).asked).toBe(1);
  expect((await find({ subject: '->' })).asked).toBe(1);
});

it('I8, R21: with the server gone, what is known is answered and what is not is an error, never empty', async () => {
  const { ids } = await list();
  const { list: mailboxes } = await jmap.call<GetAnswer<Mailbox>>('Mailbox/get');
  const neverSeen = mailboxes.find(({ name }) => name === 'Never seen')?.id ?? '';
  proxy.refuse(true);
  proxy.cut();
  expect((await list()).ids).toEqual(ids);
  const { list: emails } = await jmap.call<GetAnswer<Email>>('Email/get', {
    ids,
    properties: ['subject', 'from'],
  });
  expect(emails[0]?.subject).toBe('Known');
  expect(await jmap.refusal('Email/query', { filter: { inMailbox: neverSeen } })).toBe('serverUnavailable');
  const { notUpdated } = await jmap.call<SetAnswer>('Email/set', {
    update: { [ids[0] ?? '']: { 'keywords/$flagged': true } },
  });
  expect(notUpdated?.[ids[0] ?? '']?.type).toBe('serverUnavailable');
  const searched = await jmap.call<QueryAnswer & { 'gatepost:partial'?: string }>('Email/query', {
    filter: { text: 'known' },
  });
  expect(searched.ids).toEqual(ids);
  expect(searched['gatepost:partial']).toBeTruthy();
  expect(await capability()).toMatchObject({ connection: 'offline', since: expect.any(String) });
});

it('R8: comes back by itself when the server does', async () => {
  proxy.refuse(false);
  await dovecot.deliver(ADDRESS, plainMessage('New', 'New text'));
  await vi.waitFor(async () => expect((await list()).ids).toHaveLength(2), {
    timeout: 15_000,
    interval: 500,
  });
  expect(await capability()).toMatchObject({ connection: 'ready', errorCode: null });
});

it('a password that is refused is the account’s matter: the session stays and says so', async () => {
  await dovecot.setPassword(ADDRESS, 'changed');
  proxy.cut();
  await vi.waitFor(
    async () => {
      await jmap.refusal('Account/reconnect');
      expect(await capability()).toMatchObject({ connection: 'needsPassword', errorCode: 'wrongPassword' });
    },
    { timeout: 15_000, interval: 500 },
  );
  expect((await list()).ids).toHaveLength(2);
});
