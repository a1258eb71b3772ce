/** A whole runtime with one account, local or on a real Dovecot, and JMAP calls on it as a client makes them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uploadBlobId } from '@/lib/account/blob-id';
import { createAccount } from '@/lib/account/records';
import { type Runtime, startRuntime } from '@/lib/account/runtime';
import type { Principal } from '@/lib/auth/types';
import { loadConfig } from '@/lib/config';
import { dispatch } from '@/lib/jmap/dispatch';
import { CAPABILITIES } from '@/lib/jmap/envelope';
import type {
  Id,
  Invocation,
  JmapResponse,
  JsonObject,
  Mailbox,
  MailboxRole,
  SetError,
} from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, type Rewrite, startProxy } from '@/test/servers/proxy';
import { startSubmission } from '@/test/servers/submission';

export const ADDRESS = 'alice@example.org';
const PASSWORD = 'secret';

export interface GetAnswer<T> {
  state: string;
  list: T[];
  notFound: Id[];
}

export interface SetAnswer {
  oldState: string;
  newState: string;
  created: Record<Id, { id: Id } & JsonObject> | null;
  updated: Record<Id, JsonObject | null> | null;
  destroyed: Id[] | null;
  notCreated: Record<Id, SetError> | null;
  notUpdated: Record<Id, SetError> | null;
  notDestroyed: Record<Id, SetError> | null;
}

export interface QueryAnswer {
  queryState: string;
  canCalculateChanges: boolean;
  position: number;
  ids: Id[];
  total?: number;
  limit?: number;
}

export interface ChangesAnswer {
  newState: string;
  hasMoreChanges: boolean;
  created: Id[];
  updated: Id[];
  destroyed: Id[];
}

export interface Fixture {
  runtime: Runtime;
  principal: Principal;
  accountId: Id;
  /** Names, arguments and call ids; `accountId` is added where it is missing. */
  request(calls: Invocation[], createdIds?: Record<Id, Id>): Promise<JmapResponse>;
  /** One call; a method-level error is thrown with its type as the message. */
  call<T>(name: string, args?: JsonObject): Promise<T>;
  /** The type of the error that the call gives. */
  refusal(name: string, args?: JsonObject): Promise<string>;
  mailbox(role: MailboxRole): Promise<Mailbox>;
  upload(data: Buffer): Promise<Id>;
  importEmail(raw: Buffer, role?: MailboxRole, keywords?: string[]): Promise<Id>;
  close(): Promise<void>;
}

export type FixtureKind = 'local' | 'imap';

export async function openFixture(kind: FixtureKind): Promise<Fixture> {
  const server = kind === 'imap' ? await startMailServer() : null;
  const runtime = await openRuntime(server?.env ?? {});
  const accountId = await addAccount(runtime, 'u1', kind, server?.ports);
  const fixture = fixtureOf(runtime, accountId, async () => server?.stop());
  if (kind === 'imap') await makeRoles(fixture);
  return fixture;
}

/** On a mail server that the test fills, with a proxy between that sees each line. */
export async function openBehindProxy(
  dovecot: DovecotServer,
  fromClient: Rewrite = (line) => line,
): Promise<{ jmap: Fixture; proxy: ImapProxy }> {
  const proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromClient });
  const runtime = await openRuntime({ TLS_CA_FILE: dovecot.tls.caFile });
  const accountId = await addAccount(runtime, 'u1', 'imap', { imap: proxy.port, smtp: 0 });
  const jmap = fixtureOf(runtime, accountId, async () => {
    await proxy.stop();
    await dovecot.stop();
  });
  return { jmap, proxy };
}

export async function openRuntime(env: Record<string, string> = {}): Promise<Runtime> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatepost-jmap-'));
  return startRuntime(loadConfig({ DATA_DIR: dataDir, ALLOW_HOSTS: 'localhost', ...env }));
}

export async function addAccount(
  { databases, config }: Runtime,
  userId: string,
  kind: FixtureKind,
  ports = { imap: 0, smtp: 0 },
): Promise<Id> {
  const user = { id: userId, created_at: Date.now(), settings: '{}' };
  await databases.main
    .insertInto('user')
    .values(user)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const login = (port: number) => ({ host: 'localhost', port, security: 'tls' as const, user: ADDRESS });
  const { id } = await createAccount(databases.main, config, {
    userId,
    address: ADDRESS,
    kind: kind === 'imap' ? 'imap' : 'demo',
    incoming: kind === 'imap' ? login(ports.imap) : null,
    outgoing: kind === 'imap' ? login(ports.smtp) : null,
    password: PASSWORD,
    signIn: false,
  });
  return id;
}

export function fixtureOf(
  runtime: Runtime,
  accountId: Id,
  stopServers: () => Promise<void>,
  userId = 'u1',
): Fixture {
  const principal: Principal = { userId, via: 'cookie', sessionId: 's1', username: ADDRESS };

  function request(calls: Invocation[], createdIds?: Record<Id, Id>): Promise<JmapResponse> {
    const methodCalls = calls.map(
      ([name, args, callId]): Invocation => [
        name,
        name === 'Core/echo' ? args : { accountId, ...args },
        callId,
      ],
    );
    const using = [...CAPABILITIES];
    return dispatch(principal, { using, methodCalls, ...(createdIds ? { createdIds } : {}) }, runtime);
  }

  async function one(name: string, args: JsonObject = {}): Promise<Invocation> {
    const { methodResponses } = await request([[name, args, 'c']]);
    const [response] = methodResponses;
    if (!response) throw new Error('no response');
    return response;
  }

  async function call<T>(name: string, args?: JsonObject): Promise<T> {
    const [answer, result] = await one(name, args);
    if (answer === 'error') throw new Error(`${result.type}: ${result.description}`);
    return result as T;
  }

  async function mailbox(role: MailboxRole): Promise<Mailbox> {
    const { list } = await call<GetAnswer<Mailbox>>('Mailbox/get');
    const found = list.find((each) => each.role === role);
    if (!found) throw new Error(`no ${role}`);
    return found;
  }

  async function upload(data: Buffer): Promise<Id> {
    return uploadBlobId((await runtime.uploads.add(accountId, data, 50_000_000)).sha256);
  }

  async function importEmail(raw: Buffer, role: MailboxRole = 'inbox', keywords: string[] = []): Promise<Id> {
    const email = {
      blobId: await upload(raw),
      mailboxIds: { [(await mailbox(role)).id]: true },
      keywords: Object.fromEntries(keywords.map((keyword) => [keyword, true])),
    };
    const { created, notCreated } = await call<SetAnswer>('Email/import', { emails: { e: email } });
    if (!created?.e) throw new Error(JSON.stringify(notCreated));
    return created.e.id;
  }

  return {
    runtime,
    principal,
    accountId,
    request,
    call,
    async refusal(name, args) {
      const [answer, result] = await one(name, args);
      return answer === 'error' ? String(result.type) : 'none';
    },
    mailbox,
    upload,
    importEmail,
    async close() {
      await runtime.stop();
      await stopServers();
      await rm(runtime.config.dataDir, { recursive: true, force: true });
    },
  };
}

async function startMailServer() {
  const dovecot = await startDovecot({ users: { [ADDRESS]: PASSWORD } });
  const submission = await startSubmission(dovecot, { [ADDRESS]: PASSWORD });
  return {
    ports: { imap: dovecot.ports.imaps, smtp: submission.port },
    env: { TLS_CA_FILE: dovecot.tls.caFile },
    async stop() {
      await submission.stop();
      await dovecot.stop();
    },
  };
}

/** A new mailbox on Dovecot has an inbox only. */
async function makeRoles({ call, mailbox }: Fixture): Promise<void> {
  await mailbox('inbox');
  const create = Object.fromEntries(
    (['drafts', 'sent', 'trash', 'junk', 'archive'] as const).map((role) => [
      role,
      { name: role[0]?.toUpperCase() + role.slice(1), role },
    ]),
  );
  const { list } = await call<GetAnswer<Mailbox>>('Mailbox/get');
  const missing = Object.entries(create).filter(([role]) => !list.some((each) => each.role === role));
  if (missing.length === 0) return;
  const { notCreated } = await call<SetAnswer>('Mailbox/set', { create: Object.fromEntries(missing) });
  if (notCreated) throw new Error(JSON.stringify(notCreated));
}
