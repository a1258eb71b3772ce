/** What a mail server announced is kept: the session tells it while the server is away, and each sign-in looks again (RFC 9425, RFC 7889). */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Runtime } from '@/lib/account/runtime';
import { sessionFor } from '@/lib/jmap/session';
import { type Id, type JsonObject, MAIL, QUOTA } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { WITH_QUOTA } from '@/test/servers/dovecot-conf';
import { type ImapProxy, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { ADDRESS, addAccount, type Fixture, fixtureOf, openRuntime } from './fixture';

const APPEND_LIMIT = 7_800_000;

let dovecot: DovecotServer;
let proxy: ImapProxy;
let runtime: Runtime;
let accountId: Id;
let jmap: Fixture;
/** What the proxy makes of the server. */
let hasQuota = false;
let understandsQuota = true;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [ADDRESS]: 'secret' }, config: WITH_QUOTA });
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: (line) =>
      hasQuota
        ? line.replace(/CAPABILITY IMAP4rev1/i, `CAPABILITY IMAP4rev1 APPENDLIMIT=${APPEND_LIMIT}`)
        : withoutCapabilities('QUOTA')(line),
    fromClient: (line) => (understandsQuota ? line : line.replace('GETQUOTAROOT', 'XNONSENSE')),
  });
  runtime = await openRuntime({ TLS_CA_FILE: dovecot.tls.caFile });
  accountId = await addAccount(runtime, 'u1', 'imap', { imap: proxy.port, smtp: 0 });
  jmap = fixtureOf(runtime, accountId, async () => undefined);
});
afterAll(async () => {
  await runtime.stop();
  await proxy.stop();
  await dovecot.stop();
  await rm(runtime.config.dataDir, { recursive: true, force: true });
});

const capabilities = async (): Promise<Record<string, JsonObject>> =>
  (await sessionFor(jmap.principal, runtime)).accounts[accountId]?.accountCapabilities ?? {};
const quota = () => jmap.refusal('Quota/get');

/** As after a restart of Gatepost. */
async function restart(): Promise<void> {
  await runtime.stop();
  runtime = await openRuntime({ TLS_CA_FILE: dovecot.tls.caFile, DATA_DIR: runtime.config.dataDir });
  jmap = fixtureOf(runtime, accountId, async () => undefined);
}

it('a server without QUOTA has no quotas, and its account does not say so', async () => {
  expect(await capabilities()).not.toHaveProperty(QUOTA);
  // Nobody has connected yet: the method itself looks.
  expect(await quota()).toBe('accountNotSupportedByMethod');
  expect(await capabilities()).not.toHaveProperty(QUOTA);
  const connections = proxy.accepted();
  await restart();
  expect(await quota()).toBe('accountNotSupportedByMethod');
  expect(proxy.accepted()).toBe(connections);
});

it('what it announces at the next sign-in is told, also by a Gatepost that cannot reach it', async () => {
  hasQuota = true;
  await jmap.call('Account/reconnect');
  expect(await quota()).toBe('none');
  const told = await capabilities();
  expect(told[QUOTA]).toEqual({});
  // What is in a message takes a third more there than in a file, and its line ends.
  expect(told[MAIL]?.maxSizeAttachmentsPerEmail).toBe(5_700_000);
  const { state } = await sessionFor(jmap.principal, runtime);
  proxy.refuse(true);
  proxy.cut();
  await restart();
  expect((await sessionFor(jmap.principal, runtime)).accounts[accountId]?.accountCapabilities).toMatchObject({
    [QUOTA]: {},
    [MAIL]: { maxSizeAttachmentsPerEmail: 5_700_000 },
  });
  proxy.refuse(false);
  await jmap.call('Account/reconnect');
  await vi.waitFor(async () => expect((await sessionFor(jmap.principal, runtime)).state).toBe(state));
});

it('a server that announces QUOTA and does not know its commands has none until it announces something else', async () => {
  understandsQuota = false;
  expect(await quota()).toBe('accountNotSupportedByMethod');
  expect(await capabilities()).not.toHaveProperty(QUOTA);
  await jmap.call('Account/reconnect');
  expect(await capabilities()).not.toHaveProperty(QUOTA);
  understandsQuota = true;
  hasQuota = false;
  await jmap.call('Account/reconnect');
  hasQuota = true;
  await jmap.call('Account/reconnect');
  expect(await quota()).toBe('none');
  expect(await capabilities()).toHaveProperty(QUOTA);
});
