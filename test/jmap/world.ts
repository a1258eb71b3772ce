/**
 * JMAP as a foreign client meets it: the built server over HTTP in fixed-server mode, Basic with the mail login. `imap` has its
 * mail on Dovecot, `pop3` in a local account. Alice has Bob's mailbox as a second account.
 */
import { expect } from 'vitest';
import type { Id, Invocation, JmapResponse, JmapSession, JsonObject, SetError } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';
import { type Submission, startSubmission } from '@/test/servers/submission';

export const ALICE = 'alice@example.org';
export const BOB = 'bob@example.org';
const PASSWORD = 'secret';
const USERS = { [ALICE]: PASSWORD, [BOB]: PASSWORD };

export type WorldKind = 'imap' | 'pop3';
export const KINDS: WorldKind[] = ['imap', 'pop3'];

export interface SetAnswer {
  accountId: Id;
  oldState: string;
  newState: string;
  created: Record<Id, JsonObject & { id: Id }> | null;
  updated: Record<Id, JsonObject | null> | null;
  destroyed: Id[] | null;
  notCreated: Record<Id, SetError> | null;
  notUpdated: Record<Id, SetError> | null;
  notDestroyed: Record<Id, SetError> | null;
}

export interface GetAnswer<T = JsonObject> {
  accountId: Id;
  state: string;
  list: (T & { id: Id })[];
  notFound: Id[];
}

export class World {
  readonly dovecot: DovecotServer;
  readonly submission: Submission;
  readonly gatepost: GatepostServer;
  readonly session: JmapSession;
  /** Alice's own. */
  readonly accountId: Id;
  /** Bob's, owned by Alice too. */
  readonly otherId: Id;

  private constructor(
    servers: { dovecot: DovecotServer; submission: Submission; gatepost: GatepostServer },
    session: JmapSession,
    accounts: { own: Id; other: Id },
  ) {
    this.dovecot = servers.dovecot;
    this.submission = servers.submission;
    this.gatepost = servers.gatepost;
    this.session = session;
    this.accountId = accounts.own;
    this.otherId = accounts.other;
  }

  static async open(
    kind: WorldKind,
    env: Record<string, string> = {},
    more: (ports: DovecotServer['ports']) => Record<string, string> = () => ({}),
    config = '',
  ): Promise<World> {
    const dovecot = await startDovecot({ users: USERS, config });
    const submission = await startSubmission(dovecot, USERS);
    const incoming: Record<string, string> =
      kind === 'imap'
        ? { MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}` }
        : { MAIL_POP3: `pop3s://localhost:${dovecot.ports.pop3s}` };
    const gatepost = await startGatepost({
      ...incoming,
      MAIL_SMTP: `smtps://localhost:${submission.port}`,
      TLS_CA_FILE: dovecot.tls.caFile,
      ...env,
      ...more(dovecot.ports),
    });
    const own = await sessionOf(gatepost);
    const accountId = own.primaryAccounts['urn:ietf:params:jmap:mail'] ?? '';
    await post(`${gatepost.url}/api/accounts`, { address: BOB, password: PASSWORD });
    const session = await sessionOf(gatepost);
    const otherId = Object.keys(session.accounts).find((id) => id !== accountId) ?? '';
    return new World({ dovecot, submission, gatepost }, session, { own: accountId, other: otherId });
  }

  async close(): Promise<void> {
    await this.gatepost.stop();
    await this.submission.stop();
    await this.dovecot.stop();
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = path.startsWith('http') ? path : this.gatepost.url + path;
    return fetch(url, { ...init, headers: { ...AUTHORIZATION, ...init.headers } });
  }

  async appPassword(): Promise<string> {
    const response = await this.fetch('/api/app-passwords', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'test' }),
    });
    return ((await response.json()) as { password: string }).password;
  }

  api(body: object | string, contentType = 'application/json'): Promise<Response> {
    return this.fetch('/jmap/api', {
      method: 'POST',
      headers: { 'Content-Type': contentType },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** `using` is all that the session offers. */
  async request(methodCalls: Invocation[], extra: object = {}): Promise<JmapResponse> {
    const response = await this.api({ using: Object.keys(this.session.capabilities), methodCalls, ...extra });
    expect(response.status).toBe(200);
    return (await response.json()) as JmapResponse;
  }

  /** The answer to one call, which must not be an error. `accountId` is Alice's unless given. */
  async call<T>(name: string, args: object = {}): Promise<T> {
    const [answer, result] = await this.one(name, args);
    expect(answer, JSON.stringify(result)).toBe(name);
    return result as T;
  }

  /** The type of the error that one call gives. */
  async error(name: string, args: object = {}): Promise<string> {
    const [answer, result] = await this.one(name, args);
    return answer === 'error' ? String(result.type) : `no error: ${JSON.stringify(result)}`;
  }

  async one(name: string, args: object): Promise<Invocation> {
    const withAccount = name.startsWith('PushSubscription/') ? args : { accountId: this.accountId, ...args };
    const { methodResponses } = await this.request([[name, withAccount as JsonObject, 'c']]);
    const [response] = methodResponses;
    if (!response) throw new Error('no response');
    return response;
  }

  async upload(
    data: Buffer | string,
    type = 'application/octet-stream',
    accountId = this.accountId,
  ): Promise<Id> {
    const response = await this.fetch(this.session.uploadUrl.replace('{accountId}', accountId), {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: new Uint8Array(Buffer.from(data as string)),
    });
    expect(response.status).toBe(201);
    return ((await response.json()) as { blobId: Id }).blobId;
  }

  download(
    blobId: Id,
    headers: Record<string, string> = {},
    type = 'application/octet-stream',
  ): Promise<Response> {
    const url = this.session.downloadUrl
      .replace('{accountId}', this.accountId)
      .replace('{blobId}', blobId)
      .replace('{name}', 'name.bin')
      .replace('{type}', encodeURIComponent(type));
    return this.fetch(url, { headers });
  }

  async mailboxId(role: string, accountId = this.accountId): Promise<Id> {
    const { list } = await this.call<GetAnswer<{ role: string | null }>>('Mailbox/get', { accountId });
    const found = list.find((mailbox) => mailbox.role === role);
    if (!found) throw new Error(`no ${role}`);
    return found.id;
  }

  async makeMailbox(name: string, more: object = {}): Promise<Id> {
    const { created, notCreated } = await this.call<SetAnswer>('Mailbox/set', {
      create: { m: { name, ...more } },
    });
    if (!created?.m) throw new Error(JSON.stringify(notCreated));
    return created.m.id;
  }

  /** Into the inbox unless `more` says otherwise. */
  async importEmail(raw: Buffer | string, more: object = {}): Promise<Id> {
    const email = {
      blobId: await this.upload(typeof raw === 'string' ? raw.replace(/\r?\n/g, '\r\n') : raw),
      mailboxIds: { [await this.mailboxId('inbox')]: true },
      ...more,
    };
    const { created, notCreated } = await this.call<SetAnswer>('Email/import', { emails: { e: email } });
    if (!created?.e) throw new Error(JSON.stringify(notCreated));
    return created.e.id;
  }

  async email(id: Id, args: object = {}): Promise<JsonObject> {
    const { list } = await this.call<GetAnswer>('Email/get', { ids: [id], ...args });
    if (!list[0]) throw new Error('not found');
    return list[0];
  }
}

const AUTHORIZATION = { Authorization: `Basic ${Buffer.from(`${ALICE}:${PASSWORD}`).toString('base64')}` };

async function sessionOf(gatepost: GatepostServer): Promise<JmapSession> {
  const response = await fetch(`${gatepost.url}/.well-known/jmap`, { headers: AUTHORIZATION });
  expect(response.status).toBe(200);
  return (await response.json()) as JmapSession;
}

async function post(url: string, body: object): Promise<void> {
  const headers = { ...AUTHORIZATION, 'Content-Type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status, await response.clone().text()).toBe(201);
}
