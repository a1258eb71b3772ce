/** A ManageSieve session (RFC 5804): signed in, one script operation a method. Short-lived: scripts are changed rarely. */
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  type ErrorCode,
  RequestError,
} from '@/lib/errors';
import type { NetConfig } from '@/lib/net/guard';
import type { Endpoint, Secret, ServerLogin } from '@/lib/net/types';
import { SieveConnection } from './connection';
import type { Reply, Token } from './messages';
import { command, saslPlain } from './serializer';

/** What the server can do; the names of Sieve extensions as it writes them. */
export interface SieveCapabilities {
  implementation: string;
  extensions: string[];
  notify: string[];
  sasl: string[];
  hasStartTls: boolean;
  maxRedirects: number | null;
}

export interface ScriptName {
  name: string;
  isActive: boolean;
}

/** Asks without signing in: the capabilities come with the greeting. @throws ConnectionError */
export async function sieveCapabilities(endpoint: Endpoint, config: NetConfig): Promise<SieveCapabilities> {
  const connection = await SieveConnection.open(endpoint, config);
  try {
    return await greeted(connection);
  } finally {
    connection.close();
  }
}

/** @throws ConnectionError, AuthenticationError, and what `work` throws */
export async function withSieve<T>(
  login: ServerLogin,
  secret: Secret,
  config: NetConfig,
  work: (session: SieveSession) => Promise<T>,
): Promise<T> {
  const connection = await SieveConnection.open(login, config);
  try {
    await greeted(connection);
    if (!secret.password)
      throw new AuthenticationError('oauthNeeded', 'ManageSieve is spoken with a password only');
    const { status } = await connection.send(
      command('AUTHENTICATE', 'PLAIN', saslPlain(login.user, secret.password)),
    );
    if (status.kind !== 'ok')
      throw new AuthenticationError('wrongPassword', 'ManageSieve refused the password', {
        serverText: status.text,
      });
    return await work(new SieveSession(connection));
  } finally {
    connection.close();
  }
}

export class SieveSession {
  readonly #connection: SieveConnection;

  constructor(connection: SieveConnection) {
    this.#connection = connection;
  }

  async list(): Promise<ScriptName[]> {
    const { lines } = await this.#run(command('LISTSCRIPTS'));
    return lines.map(([name, flag]) => ({
      name: name?.value ?? '',
      isActive: flag?.kind === 'atom' && flag.value.toUpperCase() === 'ACTIVE',
    }));
  }

  /** @throws notFound */
  async get(name: string): Promise<string> {
    const { lines } = await this.#run(command('GETSCRIPT', name));
    return lines[0]?.[0]?.value ?? '';
  }

  /** Checked by the server before it is stored. @throws invalidSieve, overQuota */
  async put(name: string, script: string): Promise<void> {
    await this.#run(command('PUTSCRIPT', name, script));
  }

  /** @throws invalidSieve */
  async check(script: string): Promise<void> {
    await this.#run(command('CHECKSCRIPT', script));
  }

  /** null: no script is active. @throws notFound */
  async activate(name: string | null): Promise<void> {
    await this.#run(command('SETACTIVE', name ?? ''));
  }

  /** @throws notFound, sieveIsActive */
  async remove(name: string): Promise<void> {
    await this.#run(command('DELETESCRIPT', name));
  }

  /** @throws notFound, alreadyExists */
  async rename(from: string, to: string): Promise<void> {
    await this.#run(command('RENAMESCRIPT', from, to));
  }

  async #run(bytes: Buffer): Promise<Reply> {
    const verb = bytes
      .toString('latin1', 0, bytes.indexOf(0x20) < 0 ? undefined : bytes.indexOf(0x20))
      .trim();
    const reply = await this.#connection.send(bytes);
    if (reply.status.kind === 'ok') return reply;
    throw refusal(verb, reply.status);
  }
}

/** RFC 5804 §1.3. A script that is refused without a code does not follow the grammar (§2.6, §2.12). */
const CODES: Record<string, ErrorCode> = {
  NONEXISTENT: 'notFound',
  ALREADYEXISTS: 'alreadyExists',
  ACTIVE: 'sieveIsActive',
  QUOTA: 'overQuota',
  'QUOTA/MAXSCRIPTS': 'overQuota',
  'QUOTA/MAXSIZE': 'tooLarge',
  TRYLATER: 'tryLater',
};

function refusal(verb: string, { code, text }: Reply['status']): CommandError {
  const isScript = verb === 'PUTSCRIPT' || verb === 'CHECKSCRIPT';
  const known = CODES[code ?? ''] ?? (isScript ? 'invalidSieve' : 'commandFailed');
  return new CommandError(known, `ManageSieve refused ${verb}`, { serverText: text.slice(0, 2000) });
}

/** STARTTLS where it is asked for; the capabilities that count are those said inside (RFC 5804 §2.2). */
async function greeted(connection: SieveConnection): Promise<SieveCapabilities> {
  const greeting = await connection.send(null);
  if (greeting.status.kind !== 'ok') throw away(greeting);
  const offered = capabilitiesIn(greeting.lines);
  if (connection.security !== 'starttls') return offered;
  if (!offered.hasStartTls)
    throw new ConnectionError('tlsRequired', 'the ManageSieve server offers no STARTTLS');
  const { status } = await connection.send(command('STARTTLS'));
  if (status.kind !== 'ok')
    throw new ConnectionError('tlsRequired', 'STARTTLS was refused', { serverText: status.text });
  await connection.startTls();
  const inside = await connection.send(null);
  if (inside.status.kind !== 'ok') throw away(inside);
  return capabilitiesIn(inside.lines);
}

function away({ status }: Reply): ConnectionError {
  return new ConnectionError('serverUnavailable', 'the ManageSieve server sends us away', {
    serverText: status.text,
  });
}

function capabilitiesIn(lines: Token[][]): SieveCapabilities {
  const values = new Map(lines.map(([name, value]) => [name?.value.toUpperCase() ?? '', value?.value ?? '']));
  const words = (name: string) => (values.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
  if (!values.has('SIEVE')) throw new RequestError('unsupported', 'this is no ManageSieve server');
  const redirects = values.get('MAXREDIRECTS');
  return {
    implementation: values.get('IMPLEMENTATION') ?? '',
    extensions: words('SIEVE'),
    notify: words('NOTIFY'),
    sasl: words('SASL'),
    hasStartTls: values.has('STARTTLS'),
    maxRedirects: redirects !== undefined && /^\d{1,9}$/.test(redirects) ? Number(redirects) : null,
  };
}
