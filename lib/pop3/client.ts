/** A POP3 session in commands (RFC 1939, RFC 2449, RFC 2595, RFC 5034). It never gives out a session number's meaning: see feed.ts. */
import { ConnectionError, ProtocolError } from '@/lib/errors';
import type { NetConfig } from '@/lib/net/guard';
import type { Endpoint, Secret } from '@/lib/net/types';
import { type ConnectOptions, Pop3Connection, type Sink } from '@/lib/pop3/connection';
import { LineReader } from '@/lib/pop3/line-reader';
import {
  type Capabilities,
  type Listed,
  NO_CAPABILITIES,
  parseCapabilities,
  parseListed,
  type StatusLine,
} from '@/lib/pop3/messages';
import { refusal } from '@/lib/pop3/refusal';
import { command } from '@/lib/pop3/serializer';
import { type SignInMethod, signIn } from '@/lib/pop3/sign-in';

/** CAPA is a page at most. */
const CAPABILITY_LINES = 100;

export class Pop3Client {
  capabilities: Capabilities = NO_CAPABILITIES;
  readonly #connection: Pop3Connection;
  #timestamp: string | null = null;

  private constructor(connection: Pop3Connection) {
    this.#connection = connection;
  }

  /** Connected, greeted and inside TLS; nothing that came before TLS is kept (security.md S14). */
  static async connect(
    endpoint: Endpoint,
    config: NetConfig,
    options: ConnectOptions = {},
  ): Promise<Pop3Client> {
    const connection = await Pop3Connection.open(endpoint, config, options);
    const client = new Pop3Client(connection);
    try {
      const greeting = await connection.greeting();
      if (greeting.kind !== 'ok') throw refusal(greeting, 'greeting');
      // RFC 1939 §7: a msg-id in the greeting says that APOP is there.
      client.#timestamp = /<[^<>\s]{1,200}@[^<>\s]{1,200}>/.exec(greeting.text)?.[0] ?? null;
      if (connection.security === 'starttls') await client.#startTls(endpoint);
      await client.#readCapabilities();
      return client;
    } catch (error) {
      connection.fail(error);
      throw error;
    }
  }

  async #startTls(endpoint: Endpoint): Promise<void> {
    const status = await this.#line('STLS');
    if (status.kind !== 'ok') {
      throw new ConnectionError('tlsRequired', 'the server has no STLS', {
        params: { host: endpoint.host, port: endpoint.port },
      });
    }
    await this.#connection.startTls();
  }

  async #readCapabilities(): Promise<void> {
    const reader = new LineReader(this.#connection.limits.listLine, CAPABILITY_LINES);
    const status = await this.#lines('CAPA', reader);
    this.capabilities = status.kind === 'ok' ? parseCapabilities(reader.finish()) : NO_CAPABILITIES;
    this.#connection.pipelining = this.capabilities.pipelining;
  }

  /** @throws AuthenticationError; CommandError maildropInUse, tryLater */
  async signIn(user: string, secret: Secret, method: SignInMethod = 'auto'): Promise<void> {
    const { capabilities } = this;
    const connection = this.#connection;
    await signIn({ connection, capabilities, timestamp: this.#timestamp, user, secret, method });
    // More may be offered, or less, to who is known (RFC 2449 §5).
    await this.#readCapabilities();
  }

  /** Sizes as the server counts them, by session number. */
  async list(): Promise<Listed[]> {
    return this.#listing('LIST');
  }

  /** @returns null if the server has no UIDL. */
  async uidl(): Promise<Listed[] | null> {
    const reader = this.#listReader();
    const status = await this.#lines('UIDL', reader);
    return status.kind === 'ok' ? listed(reader.finish()) : null;
  }

  async #listing(verb: string): Promise<Listed[]> {
    const reader = this.#listReader();
    const status = await this.#lines(verb, reader);
    if (status.kind !== 'ok') throw refusal(status, verb);
    return listed(reader.finish());
  }

  #listReader(): LineReader {
    const { listLine, listLines } = this.#connection.limits;
    return new LineReader(listLine, listLines);
  }

  /** The header block and `lines` lines of the body, or the beginning of that. @throws CommandError if it is gone, or without TOP */
  async top(number: number, lines: number): Promise<Buffer> {
    const { replyMs, top, message } = this.#connection.limits;
    const chunks: Buffer[] = [];
    let kept = 0;
    // Whoever sends a header without end must not keep back the mail of others: what is too much of it is passed over.
    const sink: Sink = (bytes) => {
      const part = bytes.subarray(0, top - kept);
      if (part.length > 0) chunks.push(part);
      kept += part.length;
    };
    await this.#multiline(command('TOP', number, lines), 'TOP', limited(sink, message), replyMs);
    return Buffer.concat(chunks);
  }

  /** The message, exactly as it is stored, into `sink` as it comes. @throws CommandError if it is gone */
  retrieve(number: number, sink: Sink): Promise<void> {
    const { message } = this.#connection.limits;
    return this.#multiline(command('RETR', number), 'RETR', limited(sink, message), null);
  }

  /** Marks for deletion; nothing is deleted before `quit` (RFC 1939 §6). */
  async delete(number: number): Promise<void> {
    const status = await this.#line('DELE', number);
    if (status.kind !== 'ok') throw refusal(status, 'DELE');
  }

  /** Resolves only with the server's +OK: then, and only then, the deletions took place. */
  async quit(): Promise<void> {
    const status = await this.#line('QUIT');
    this.close();
    if (status.kind !== 'ok') throw refusal(status, 'QUIT');
  }

  /** Without QUIT the server keeps all messages. */
  close(): void {
    this.#connection.close();
  }

  #line(verb: string, ...args: number[]): Promise<StatusLine> {
    return this.#connection.send(command(verb, ...args), 'line', null, this.#connection.limits.replyMs);
  }

  #lines(verb: string, reader: LineReader): Promise<StatusLine> {
    const sink: Sink = (bytes) => reader.push(bytes);
    return this.#connection.send(command(verb), 'multiline', sink, this.#connection.limits.replyMs);
  }

  async #multiline(bytes: Buffer, verb: string, sink: Sink, limitMs: number | null): Promise<void> {
    const status = await this.#connection.send(bytes, 'multiline', sink, limitMs);
    if (status.kind !== 'ok') throw refusal(status, verb);
  }
}

/** Lines that make no sense are left out: such a message is left alone and stays on the server. */
function listed(lines: string[]): Listed[] {
  return lines.flatMap((line) => parseListed(line) ?? []);
}

function limited(sink: Sink, limit: number): Sink {
  let received = 0;
  return (bytes) => {
    received += bytes.length;
    if (received > limit) throw new ProtocolError('limitExceeded', 'POP3 reply larger than the limit');
    return sink(bytes);
  };
}
