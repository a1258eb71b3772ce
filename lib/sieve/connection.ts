/** The socket of a ManageSieve session: one command at a time, TLS, time limits. */
import type { Socket } from 'node:net';
import { ConnectionError, ProtocolError } from '@/lib/errors';
import { connectionError } from '@/lib/net/errors';
import { type NetConfig, type Route, routeTo } from '@/lib/net/guard';
import { openSocket, secureSocket } from '@/lib/net/open-socket';
import type { Endpoint } from '@/lib/net/types';
import { SIEVE_LIMITS } from './limits';
import type { Reply, Token } from './messages';
import { SieveParser } from './parser';

interface Waiting {
  lines: Token[][];
  timer: NodeJS.Timeout;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

export class SieveConnection {
  readonly #route: Route;
  readonly #parser = new SieveParser();
  #socket: Socket;
  #waiting: Waiting | null = null;
  #ended: unknown = null;

  private constructor(socket: Socket, route: Route) {
    this.#socket = socket;
    this.#route = route;
    this.#listen(socket);
  }

  /** @throws ConnectionError by the step that failed */
  static async open(endpoint: Endpoint, config: NetConfig): Promise<SieveConnection> {
    const route = await routeTo(endpoint, config);
    return new SieveConnection(await openSocket(route, SIEVE_LIMITS.connectMs), route);
  }

  get security(): Endpoint['security'] {
    return this.#route.security;
  }

  /** Resolves with the whole answer; NO resolves too. `null`: what comes without a command (the greeting). */
  send(bytes: Buffer | null): Promise<Reply> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (this.#waiting) return Promise.reject(new Error('a ManageSieve command is under way'));
    return new Promise<Reply>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(this.#error('connectionTimeout')), SIEVE_LIMITS.replyMs);
      this.#waiting = { lines: [], timer, resolve, reject };
      if (bytes) this.#socket.write(bytes);
      this.#pump();
    });
  }

  /** After the server's OK to STARTTLS (RFC 5804 §2.2). */
  async startTls(): Promise<void> {
    if (this.#parser.unread) throw new ProtocolError('protocolViolation', 'plain bytes after STARTTLS');
    const plain = this.#socket;
    plain.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error');
    this.#socket = await secureSocket(plain, this.#route, SIEVE_LIMITS.connectMs);
    this.#listen(this.#socket);
  }

  close(): void {
    this.#fail(this.#error('connectionLost'));
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#parser.push(chunk);
      this.#pump();
    });
    socket.on('error', (error) => this.#fail(connectionError(error, this.#route)));
    socket.on('close', () => this.#fail(this.#error('connectionLost')));
  }

  #pump(): void {
    try {
      while (this.#waiting) {
        const line = this.#parser.next();
        if (!line) return;
        if (line.kind === 'data') this.#keep(this.#waiting, line.tokens);
        else this.#finish(this.#waiting, { status: line, lines: this.#waiting.lines });
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #keep({ lines }: Waiting, tokens: Token[]): void {
    if (lines.length >= SIEVE_LIMITS.lines)
      throw new ProtocolError('limitExceeded', 'too many ManageSieve lines');
    lines.push(tokens);
  }

  #finish(waiting: Waiting, reply: Reply): void {
    clearTimeout(waiting.timer);
    this.#waiting = null;
    waiting.resolve(reply);
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#socket.on('error', () => undefined).destroy();
    if (!this.#waiting) return;
    clearTimeout(this.#waiting.timer);
    this.#waiting.reject(error);
  }

  #error(code: 'connectionLost' | 'connectionTimeout'): ConnectionError {
    const { host, port } = this.#route;
    return new ConnectionError(code, 'the ManageSieve session ended', { params: { host, port } });
  }
}
