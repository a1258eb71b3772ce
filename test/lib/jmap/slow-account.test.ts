/** One slow account never delays another in the same process. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import {
  ADDRESS,
  addAccount,
  type Fixture,
  fixtureOf,
  openRuntime,
  type QueryAnswer,
  type SetAnswer,
} from './fixture';

/** More than the first page and one chunk of the filling. */
const MESSAGES = 620;
/** On a machine that also does something else. */
const LOADED = { timeout: 30_000 };

let dovecot: DovecotServer;
let proxy: ImapProxy;
let quick: Fixture;
let onLine: (line: string) => void;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [ADDRESS]: 'secret' } });
  for (let n = 1; n <= MESSAGES; n += 1) await dovecot.deliver(ADDRESS, `Subject: mail ${n}\n\nwords\n`);
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  onLine = () => undefined;
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromClient: (line) => {
      onLine(line);
      return line;
    },
  });
  const runtime = await openRuntime({ TLS_CA_FILE: dovecot.tls.caFile });
  quick = await accountAt(dovecot.ports.imaps, 'quick', runtime);
});
afterEach(async () => {
  await quick.close();
  await proxy.stop();
});

async function accountAt(imap: number, userId: string, runtime = quick.runtime): Promise<Fixture> {
  const accountId = await addAccount(runtime, userId, 'imap', { imap, smtp: 0 });
  return fixtureOf(runtime, accountId, async () => undefined, userId);
}

async function look(jmap: Fixture): Promise<{ inbox: Id; ids: Id[] }> {
  const { id: inbox } = await jmap.mailbox('inbox');
  const { ids } = await jmap.call<QueryAnswer>('Email/query', { filter: { inMailbox: inbox }, limit: 10 });
  return { inbox, ids };
}

async function filledDownTo({ runtime, accountId }: Fixture, inbox: Id) {
  const { index } = await runtime.accounts.open(accountId);
  return (await index.mailbox(inbox))?.wire?.filledDownTo;
}

it('while one is being filled by a server that has gone silent, another is read, filled and changed', async () => {
  let isSilent = false;
  onLine = (line) => {
    if (isSilent || !/ UID SEARCH /.test(line)) return;
    isSilent = true;
    proxy.freeze(true);
  };
  const slow = await accountAt(proxy.port, 'slow');
  const stuck = await look(slow);
  await vi.waitFor(() => expect(isSilent).toBe(true), LOADED);

  const { inbox, ids } = await look(quick);
  expect(ids).toHaveLength(10);
  await expect.poll(() => filledDownTo(quick, inbox), LOADED).toBe(1);
  const update = { [ids[0] ?? '']: { 'keywords/$flagged': true } };
  expect((await quick.call<SetAnswer>('Email/set', { update })).notUpdated).toBeNull();
  expect(await filledDownTo(slow, stuck.inbox)).toBeGreaterThan(1);

  proxy.freeze(false);
  proxy.cut();
  await expect.poll(() => filledDownTo(slow, stuck.inbox), LOADED).toBe(1);
});

it('while several wait for a server of the same name that does not greet, another signs in', async () => {
  proxy.freeze(true);
  let answered = 0;
  const waiting: Promise<unknown>[] = [];
  for (let n = 0; n < 5; n += 1) {
    const { call } = await accountAt(proxy.port, `slow${n}`);
    const count = () => {
      answered += 1;
    };
    waiting.push(call('Mailbox/get').then(count, count));
  }
  await vi.waitFor(() => expect(proxy.accepted()).toBeGreaterThan(3), LOADED);
  expect((await look(quick)).ids).toHaveLength(10);
  expect(answered).toBe(0);
  proxy.cut();
  proxy.refuse(true);
  await Promise.all(waiting);
});
