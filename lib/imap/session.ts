/**
 * One signed-in IMAP connection, and the only file that knows imapflow. imapflow does the socket, TLS, sign-in, capabilities and the
 * grammar; every command after that goes through `exec`, which throws on NO and BAD. (imapflow's own methods answer
 * `false` or `undefined` instead, and lack what Gatepost needs: X-GUID, PREVIEW, UID EXPUNGE alone.)
 */
import { ImapFlow, type ListOptions, type ListResponse } from 'imapflow';
import { CommandError, ConnectionError, MailError, ProtocolError } from '@/lib/errors';
import { type NetConfig, routeTo } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { Pace } from '@/lib/pace';
import { imapError, responseCode } from './errors';
import { CONNECT_MS, flowOptions } from './flow-options';
import type { Selected } from './select';
import { Sending, type Streamed, type Wire } from './streamed';
import { isList, type Line, type Node, type TokenList, textOf } from './tokens';

/** A command during which no byte moves for so long is dead. */
const SILENCE_MS = 15_000;

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
  /** The last argument of the command, too large for memory: sent once the server has said `+`. */
  literal?: Streamed;
}

/** The tagged OK. */
export interface Completion {
  /** `COPYUID`, `APPENDUID` ...; null if there is none. */
  code: string | null;
  /** What follows the code in the brackets. */
  args: TokenList;
}

/** Runtime members of imapflow that its types do not list; checked by test/lib/imap/session.test.ts. */
interface RawFlow extends Wire {
  exec(
    command: string,
    attributes: TokenList | false,
    options: { untagged?: Record<string, (line: Line) => Promise<void>>; onPlusTag?: () => Promise<void> },
  ): Promise<{ response: Line; next(): void }>;
}

export class ImapSession {
  /** Set by `select`; null when nothing is selected. */
  selected: Selected | null = null;
  readonly #flow: ImapFlow;
  readonly #raw: RawFlow;
  readonly #login: ServerLogin;
  readonly #closed = new Set<() => void>();
  readonly #doubted = new Set<string>();
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
    return this.#flow.capabilities.has(capability) && !this.#doubted.has(capability);
  }

  /** It offers it, and does not know it when it is asked (security.md R18). */
  doubt(capability: string): void {
    this.#doubted.add(capability);
  }

  /** As in CAPABILITY: `IDLE`, `APPENDLIMIT=35651584`. */
  get capabilities(): string[] {
    return [...this.#flow.capabilities].map(([name, value]) => (value === true ? name : `${name}=${value}`));
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
    const pace = new Pace();
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
          // imapflow waits for us before it reads on: what has come at once may be hundreds of rows.
          await pace.turn();
        },
      ]),
    );
    const { signal, literal } = options;
    const sending = literal ? new Sending(literal) : null;
    const onPlus = sending ? () => this.#send(sending) : options.onPlus;
    // `{310}`, and CRLF by imapflow, which asks whoever listens for `+` to go on.
    const all = literal ? [...tokens, { type: 'TEXT', value: `{${literal.size}}` }] : tokens;
    const abort = () => this.close();
    if (signal?.aborted) throw new ConnectionError('connectionLost', 'canceled');
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const answer = await this.#note(command, tokens, () =>
        this.#guard(options.silenceMs ?? SILENCE_MS, () =>
          this.#raw.exec(command, all.length > 0 ? all : false, {
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
      // Refused half way: what the server takes the rest for is not known.
      if (sending?.isUnderWay) this.close();
    }
  }

  #send(sending: Sending): void {
    sending
      .run(this.#raw, (wake) => this.onClose(wake))
      .catch((cause) => {
        this.abort(
          cause instanceof MailError ? cause : new ProtocolError('serverFail', 'unreadable', { cause }),
        );
      });
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
