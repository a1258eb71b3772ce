/** A search of much mail goes back step by step, and says how far it has come (design: budgets). */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Mailbox } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { fillMaildir } from '@/test/fixtures/maildir-writer';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import type { ImapProxy } from '@/test/servers/proxy';
import { ADDRESS, type Fixture, type GetAnswer, openBehindProxy, type QueryAnswer } from './fixture';

const DAY = 86_400_000;
/** The generator's mail is of January 2024. */
const MANY = 5_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString();

type Found = QueryAnswer & { 'gatepost:partial'?: string; 'gatepost:backTo'?: string };

let dovecot: DovecotServer;
let proxy: ImapProxy;
let jmap: Fixture;
let inbox: Mailbox;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [ADDRESS]: 'secret' } });
  const maildir = join(dovecot.directory, 'home', ADDRESS, 'Maildir');
  fillMaildir(maildir, { seed: 5, count: MANY, folder: 'INBOX' });
  for (const days of [1, 100, 400]) {
    const receivedAt = Date.now() - days * DAY;
    await dovecot.deliver(ADDRESS, plainMessage(`${days} days ago`, 'zebracrossing'), { receivedAt });
  }
  await dovecot.deliver(ADDRESS, plainMessage('few', 'zebracrossing'), { mailbox: 'Few' });
  ({ jmap, proxy } = await openBehindProxy(dovecot));
  inbox = await jmap.mailbox('inbox');
});
afterAll(() => jmap?.close());

const searches = () => proxy.sent().filter((line) => / UID SEARCH .*BODY/.test(line));

it('each step finds more, asks the server for what is older only, and tells how far back all is found', async () => {
  const account = await jmap.runtime.accounts.open(jmap.accountId);
  await jmap.call('Email/query', { filter: { inMailbox: inbox.id } });
  // What is read meanwhile changes the account, and would have all of it searched again.
  await expect
    .poll(async () => (await account.index.mailbox(inbox.id))?.wire?.filledDownTo, { timeout: 30_000 })
    .toBe(1);
  const find = (backTo: string | null) =>
    jmap.call<Found>('Email/query', {
      filter: { inMailbox: inbox.id, body: 'zebracrossing' },
      calculateTotal: true,
      'gatepost:backTo': backTo,
    });
  const [month, year] = [daysAgo(30), daysAgo(365)];
  expect(await find(month)).toMatchObject({
    total: 1,
    'gatepost:partial': 'older',
    'gatepost:backTo': month,
  });
  expect(await find(year)).toMatchObject({ total: 2, 'gatepost:partial': 'older', 'gatepost:backTo': year });
  const whole = await find(null);
  expect(whole.total).toBe(3);
  expect(whole['gatepost:partial']).toBeUndefined();
  expect(await find(null)).toMatchObject({ ids: whole.ids });
  const [first, second, third, ...more] = searches();
  expect(first).toMatch(/ SINCE \S+ UNDELETED BODY /);
  expect(second).toMatch(/ SINCE \S+ BEFORE \S+ UNDELETED BODY /);
  expect(third).toMatch(/ BEFORE \S+ UNDELETED BODY /);
  expect(third).not.toContain('SINCE');
  expect(more).toEqual([]);
});

it('few messages are searched at once', async () => {
  const few = (await jmap.call<GetAnswer<Mailbox>>('Mailbox/get')).list.find(({ name }) => name === 'Few');
  const found = await jmap.call<Found>('Email/query', {
    filter: { inMailbox: few?.id ?? '', body: 'zebracrossing' },
    'gatepost:backTo': daysAgo(30),
  });
  expect(found.ids).toHaveLength(1);
  expect(found['gatepost:partial']).toBeUndefined();
  expect(searches().at(-1)).not.toContain('SINCE');
});
