/**
 * The socket of a POP3 session: TLS, time limits, and the queue that gives every reply to its command. Commands may be
 * sent without waiting: they go out at once where the server offers PIPELINING (RFC 2449 §6.6), else one by one.
 */
import type { Socket } from 'node:net';
import { ConnectionError, ProtocolError } from '@/lib/errors';
import { connectionError } from '@/lib/net/errors';
import { type NetConfig, type Route, routeTo } from '@/lib/net/guard';
import { openSocket, secureSocket } from '@/lib/net/open-socket';
import type { Endpoint } from '@/lib/net/types';
import { POP3_LIMITS, type Pop3Limits } from '@/lib/pop3/limits';
import type { ReplyEvent, StatusLine } from '@/lib/pop3/messages';
import { Pop3Parser, type ReplyShape } from '@/lib/pop3/parser';

/** Takes the bytes of a multi-line reply; while its promise is open the socket is not read. */
export type Sink = (bytes: Buffer) => void | Promise<void>;

export interface ConnectOptions {
  limits?: Partial<Pop3Limits>;
  signal?: AbortSignal;
}

interface Command {
  bytes: Buffer | null;
  shape: ReplyShape;
  sink: Sink | null;
  /** From when the answer is due: what was asked before is answered. null: it may take as long as bytes come. */
  limitMs: number | null;
  timer: NodeJS.Timeout | null;
  status: StatusLine | null;
  resolve(status: StatusLine): void;
  reject(error: unknown): void;
}

export class Pop3Connection {
  readonly limits: Pop3Limits;
  /** Set once CAPA offered it. */
  pipelining = false;
  readonly #route: Route;
  readonly #parser: Pop3Parser;
  readonly #waiting: Command[] = [];
  readonly #inFlight: Command[] = [];
  #socket: Socket;
  #pumping = false;
  #held = false;
  #ended: unknown = null;
  #sessionTimer: NodeJS.Timeout;
  #forget: () => void;

  private constructor(socket: Socket, route: Route, limits: Pop3Limits, signal: AbortSignal | undefined) {
    this.#socket = socket;
    this.#route = route;
    this.limits = limits;
    this.#parser = new Pop3Parser(limits.statusLine);
    this.#listen(socket);
    this.#sessionTimer = setTimeout(() => this.#timeOut('the session took too long'), limits.sessionMs);
    this.#sessionTimer.unref();
    const abort = () => this.fail(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#forget = () => signal?.removeEventListener('abort', abort);
  }

  /** @throws ConnectionError by the step that failed: name, policy, connection, TLS */
  static async open(endpoint: Endpoint, config: NetConfig, options: ConnectOptions): Promise<Pop3Connection> {
    const limits = { ...POP3_LIMITS, ...options.limits };
    options.signal?.throwIfAborted();
    const route = await routeTo(endpoint, config);
    const socket = await openSocket(route, limits.connectMs, options.signal);
    socket.setKeepAlive(true);
    socket.setNoDelay(true);
    return new Pop3Connection(socket, route, limits, options.signal);
  }

  get security(): Endpoint['security'] {
    return this.#route.security;
  }

  get endpoint(): { host: string; port: number } {
    return { host: this.#route.host, port: this.#route.port };
  }

  /** The greeting comes without a command (RFC 1939 §4). */
  greeting(): Promise<StatusLine> {
    return this.#enqueue(null, 'line', null, this.limits.greetingMs);
  }

  /** Resolves with the status when the whole reply is read; -ERR resolves too. */
  send(
    bytes: Buffer,
    shape: ReplyShape,
    sink: Sink | null = null,
    limitMs: number | null = null,
  ): Promise<StatusLine> {
    return this.#enqueue(bytes, shape, sink, limitMs);
  }

  /** After the server's +OK to STLS (RFC 2595 §4). */
  async startTls(): Promise<void> {
    if (this.#ended) throw this.#ended;
    if (this.#parser.unread) {
      throw new ProtocolError('protocolViolation', 'plain bytes after STLS');
    }
    const plain = this.#socket;
    plain.removeAllListeners('data').removeAllListeners('close').setTimeout(0);
    this.#socket = await secureSocket(plain, this.#route, this.limits.connectMs);
    // It may have been given up meanwhile.
    if (this.#ended) {
      this.#socket.destroy();
      throw this.#ended;
    }
    this.#listen(this.#socket);
  }

  /** Ends the session now; what was asked and not answered fails with `error`. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = error;
    clearTimeout(this.#sessionTimer);
    this.#forget();
    this.#socket.destroy();
    for (const command of [...this.#inFlight.splice(0), ...this.#waiting.splice(0)]) {
      if (command.timer) clearTimeout(command.timer);
      command.reject(error);
    }
  }

  close(): void {
    this.fail(this.#lost('the session was closed'));
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#parser.push(chunk);
      if (!this.#pumping) void this.#pump();
    });
    socket.on('error', (error) => this.fail(connectionError(error, this.#route)));
    socket.on('close', () => this.fail(this.#lost('the server closed the connection')));
    socket.setTimeout(this.limits.idleMs, () => this.#idle());
  }

  #idle(): void {
    // Our own back-pressure is not the server's silence.
    if (this.#held) this.#socket.setTimeout(this.limits.idleMs);
    else if (this.#inFlight.length > 0) this.#timeOut('the server stopped answering');
  }

  #timeOut(reason: string): void {
    this.fail(new ConnectionError('connectionTimeout', reason, { params: this.#where() }));
  }

  #lost(reason: string): ConnectionError {
    return new ConnectionError('connectionLost', reason, { params: this.#where() });
  }

  #where(): Record<string, string | number> {
    return { host: this.#route.host, port: this.#route.port };
  }

  #enqueue(
    bytes: Buffer | null,
    shape: ReplyShape,
    sink: Sink | null,
    limitMs: number | null,
  ): Promise<StatusLine> {
    if (this.#ended) return Promise.reject(this.#ended);
    const reply = new Promise<StatusLine>((resolve, reject) => {
      this.#waiting.push({ bytes, shape, sink, limitMs, timer: null, status: null, resolve, reject });
    });
    // Of several commands in flight only the first is awaited; the others fail with the same error, seen when awaited.
    reply.catch(() => undefined);
    this.#flush();
    return reply;
  }

  #flush(): void {
    this.#socket.cork();
    while (this.#waiting.length > 0 && (this.pipelining || this.#inFlight.length === 0)) {
      const command = this.#waiting.shift();
      if (!command) break;
      this.#inFlight.push(command);
      this.#parser.expect(command.shape);
      if (command.bytes) this.#socket.write(command.bytes);
    }
    this.#awaitNext();
    // Commands that are asked for in one turn leave in one packet.
    process.nextTick(() => this.#socket.uncork());
  }

  #awaitNext(): void {
    const command = this.#inFlight[0];
    if (!command || command.timer || command.limitMs === null) return;
    command.timer = setTimeout(() => this.#timeOut('a reply took too long'), command.limitMs);
  }

  /** Runs without a pause unless a sink asks for one. */
  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      for (let event = this.#parser.next(); event && !this.#ended; event = this.#parser.next()) {
        const wait = this.#dispatch(event);
        if (!wait) continue;
        this.#held = true;
        this.#socket.pause();
        await wait;
        this.#held = false;
        this.#socket.resume();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.#pumping = false;
    }
  }

  #dispatch(event: ReplyEvent): void | Promise<void> {
    const command = this.#inFlight[0];
    if (!command) throw new ProtocolError('protocolViolation', 'POP3 reply to no command');
    if (event.event === 'data') return command.sink?.(event.bytes);
    if (event.event === 'status') {
      command.status = event.status;
      if (!event.last) return;
    }
    this.#inFlight.shift();
    if (command.timer) clearTimeout(command.timer);
    if (command.status) command.resolve(command.status);
    if (this.#waiting.length > 0) this.#flush();
    else this.#awaitNext();
  }
}
