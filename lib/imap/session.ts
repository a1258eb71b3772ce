/**
 * One signed-in IMAP connection, and the only file that knows imapflow. imapflow does the socket, TLS, sign-in, capabilities and the
 * grammar; every command after that goes through `exec`, which throws on NO and BAD. (imapflow's own methods answer
 * `false` or `undefined` instead, and lack what Gatepost needs: X-GUID, PREVIEW, UID EXPUNGE alone.)
 */
import { ImapFlow, type ListOptions, type ListResponse } from 'imapflow';
import { CommandError, ConnectionError, type MailError, ProtocolError } from '@/lib/errors';
import { type NetConfig, type Route, routeTo } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { imapError, responseCode } from './errors';
import type { Selected } from './select';
import { isList, type Line, type Node, type TokenList, textOf } from './tokens';

/** Socket, TLS, greeting and sign-in together: a person waits for it (security.md R7). */
const CONNECT_MS = 15_000;
const GREETING_MS = 10_000;
/** A command during which no byte moves for so long is dead. */
const SILENCE_MS = 15_000;
/** Between commands the lanes' own timers end a connection; this only backs them up. */
const SOCKET_MS = 15 * 60_000;
/** What one answer may hold (security.md R10, R11). Parts are read in chunks of at most 4 MB. */
const LIMITS = {
  maxLineLength: 16 << 20,
  maxLiteralSize: 16 << 20,
  maxResponseSize: 48 << 20,
  maxResponseTokens: 200_000,
};
/** Some servers refuse SELECT without ID (gateway.md pitfall 1). */
const CLIENT = { name: 'Gatepost', version: '0.1', vendor: false as const, 'support-url': false as const };

export type MailboxEntry = ListResponse;
type Untagged = (line: Line) => void;
type Note = <T>(command: string, tokens: TokenList, work: () => Promise<T>) => Promise<T>;

export interface ExecOptions {
  /** By keyword: `['FETCH', handler]`, `SEARCH`, `VANISHED` ... */
  untagged?: [keyword: string, handler: Untagged][];
  silenceMs?: number;
  /** Ends the connection: IMAP knows no other way to end a command. */
  signal?: AbortSignal;
  /** On the server's `+` (IDLE). */
  onPlus?: () => void;
}

/** The tagged OK. */
export interface Completion {
  /** `COPYUID`, `APPENDUID` ...; null if there is none. */
  code: string | null;
  /** What follows the code in the brackets. */
  args: TokenList;
}

/** Runtime members of imapflow that its types do not list; checked by test/lib/imap/session.test.ts. */
interface RawFlow {
  exec(
    command: string,
    attributes: TokenList | false,
    options: { untagged?: Record<string, (line: Line) => Promise<void>>; onPlusTag?: () => Promise<void> },
  ): Promise<{ response: Line; next(): void }>;
  write(line: string): void;
}

export class ImapSession {
  /** Set by `select`; null when nothing is selected. */
  selected: Selected | null = null;
  readonly #flow: ImapFlow;
  readonly #raw: RawFlow;
  readonly #login: ServerLogin;
  readonly #closed = new Set<() => void>();
  #note: Note = (_command, _tokens, work) => work();
  #fault: MailError | null = null;

  private constructor(flow: ImapFlow, login: ServerLogin) {
    this.#flow = flow;
    this.#raw = flow as unknown as RawFlow;
    this.#login = login;
    flow.on('close', () => {
      this.selected = null;
      for (const listener of this.#closed) listener();
      this.#closed.clear();
    });
    // Without a listener a lost connection would end the process. `exec` reports it to whoever waits.
    flow.on('error', (error) => {
      this.#fault ??= imapError(error, login);
    });
  }

  /** @throws hostNotFound, addressForbidden, connectionRefused, connectionTimeout, tlsFailed, tlsRequired, wrongPassword ... */
  static async open(login: ServerLogin, secret: Secret, config: NetConfig): Promise<ImapSession> {
    const route = await routeTo(login, config);
    const flow = new ImapFlow(flowOptions(route, login, secret));
    const session = new ImapSession(flow, login);
    const late = setTimeout(() => {
      session.abort(new ConnectionError('connectionTimeout', 'no answer', { params: { host: login.host } }));
    }, CONNECT_MS);
    try {
      await flow.connect();
      if (route.security !== 'none' && !flow.secureConnection) {
        throw new ConnectionError('tlsRequired', 'the connection is not encrypted');
      }
      return session;
    } catch (error) {
      flow.close();
      throw session.#fault ?? imapError(error, login);
    } finally {
      clearTimeout(late);
    }
  }

  /** Tells of each command what it was and how long it took. */
  noteBy(note: Note): void {
    this.#note = note;
  }

  get alive(): boolean {
    return !this.#flow.isClosed && this.#flow.usable;
  }

  has(capability: string): boolean {
    return this.#flow.capabilities.has(capability);
  }

  /** CONDSTORE that is switched on; iCloud answers ENABLE with an empty list and means yes: SELECT tells (pitfall 22). */
  get qresync(): boolean {
    return this.#flow.enabled.has('QRESYNC');
  }

  get utf8(): boolean {
    return this.#flow.enabled.has('UTF8=ACCEPT');
  }

  /** What the server calls itself (RFC 2971). */
  get serverName(): string {
    return String(this.#flow.serverInfo?.name ?? '');
  }

  /** Under which new mailboxes go: `INBOX.` on Courier and cPanel, mostly empty. */
  get namespace(): { prefix: string; delimiter: string } {
    const { prefix, delimiter } = this.#flow.namespace ?? {};
    return { prefix: prefix ?? '', delimiter: delimiter ?? '/' };
  }

  /** imapflow's LIST: it knows SPECIAL-USE, XLIST, localised names and servers that refuse RETURN. */
  async list(options: ListOptions): Promise<MailboxEntry[]> {
    return this.#note('LIST', [], () => this.#guard(SILENCE_MS, () => this.#flow.list(options)));
  }

  /** @throws CommandError on NO and BAD, ConnectionError and ProtocolError when the connection is gone */
  async exec(command: string, tokens: TokenList = [], options: ExecOptions = {}): Promise<Completion> {
    let thrown: unknown;
    const untagged = Object.fromEntries(
      (options.untagged ?? []).map(([keyword, handler]) => [
        keyword,
        async (line: Line) => {
          // imapflow only logs what a handler throws.
          try {
            handler(line);
          } catch (error) {
            thrown ??= error;
          }
        },
      ]),
    );
    const { onPlus, signal } = options;
    const abort = () => this.close();
    if (signal?.aborted) throw new ConnectionError('connectionLost', 'canceled');
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const answer = await this.#note(command, tokens, () =>
        this.#guard(options.silenceMs ?? SILENCE_MS, () =>
          this.#raw.exec(command, tokens.length > 0 ? tokens : false, {
            untagged,
            ...(onPlus ? { onPlusTag: async () => onPlus() } : {}),
          }),
        ),
      );
      answer.next();
      if (thrown) throw thrown;
      return completion(answer.response);
    } catch (error) {
      // Perhaps it was the selected mailbox that another program took away or renamed.
      if (error instanceof CommandError && error.code === 'notFound') this.selected = null;
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** A bare line inside a command: IDLE's `DONE`. */
  write(line: string): void {
    this.#raw.write(line);
  }

  onClose(listener: () => void): void {
    if (this.alive) this.#closed.add(listener);
    else listener();
  }

  /** Breaks the connection; whoever waits for an answer gets `fault`. */
  abort(fault: MailError): void {
    this.#fault ??= fault;
    this.#flow.close();
  }

  close(): void {
    this.abort(new ConnectionError('connectionLost', 'closed'));
  }

  /** Says goodbye, without waiting long for the answer. */
  async logout(): Promise<void> {
    if (!this.alive) return;
    try {
      await this.#guard(2_000, () => this.#flow.logout());
    } finally {
      this.#flow.close();
    }
  }

  /** Runs `work` and breaks the connection when no byte moves for `silenceMs`. */
  async #guard<T>(silenceMs: number, work: () => Promise<T>): Promise<T> {
    let seen = this.#moved();
    let since = Date.now();
    const timer = setInterval(
      () => {
        const moved = this.#moved();
        if (moved !== seen) {
          seen = moved;
          since = Date.now();
        } else if (Date.now() - since >= silenceMs) {
          const params = { host: this.#login.host, seconds: Math.round(silenceMs / 1_000) };
          this.abort(new ConnectionError('connectionTimeout', 'the server fell silent', { params }));
        }
      },
      Math.min(1_000, silenceMs / 4),
    );
    try {
      return await work();
    } catch (error) {
      const failure = imapError(error, this.#login);
      // Of a dead connection the first reason is the true one.
      if (failure instanceof ConnectionError || failure instanceof ProtocolError)
        throw this.#fault ?? failure;
      throw failure;
    } finally {
      clearInterval(timer);
    }
  }

  #moved(): number {
    const { sent, received } = this.#flow.stats();
    return sent + received;
  }
}

function flowOptions(route: Route, login: ServerLogin, secret: Secret) {
  const tls = route.security === 'tls';
  return {
    host: route.address,
    port: route.port,
    secure: tls,
    // Required or refused, never "if offered": imapflow would go on in clear (security.md S14).
    ...(tls ? {} : { doSTARTTLS: route.security === 'starttls' }),
    ...(route.tls.servername ? { servername: route.tls.servername } : {}),
    tls: route.tls,
    auth: secret.accessToken
      ? { user: login.user, accessToken: secret.accessToken }
      : { user: login.user, pass: secret.password },
    clientInfo: CLIENT,
    qresync: true,
    disableAutoIdle: true,
    disableCompression: true,
    logger: false as const,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SOCKET_MS,
    ...LIMITS,
  };
}

function completion(line: Line): Completion {
  const first: Node | undefined = line.attributes?.[0];
  const section = first && !isList(first) ? first.section : undefined;
  return { code: responseCode(line), args: section?.slice(1) ?? [] };
}

/** The code and arguments of an untagged `* OK [CODE args]`. */
export function untaggedCode(line: Line): Completion {
  return completion(line);
}

/** The number of `* 23 EXISTS`. */
export function leadingNumber(line: Line): number | null {
  const value = textOf({ type: 'ATOM', value: line.command ?? '' });
  return value !== null && /^\d{1,10}$/.test(value) ? Number(value) : null;
}
