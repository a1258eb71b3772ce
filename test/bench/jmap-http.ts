/** A bare JMAP client on one kept connection: what is measured through it is Gatepost, not a client library. */
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { request as jmapRequest } from '@/lib/client/jmap';
import type { Id, Invocation, JmapResponse, JmapSession, JsonObject } from '@/lib/jmap/types';
import { MAIL } from '@/lib/jmap/types';

/** The answers of one request by call id. */
type Answers = Record<string, JsonObject>;

interface Download {
  bytes: number;
  firstByteMs: number;
  body: Buffer;
}

export class JmapHttp {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #url: string;
  readonly #authorization: string;

  constructor(url: string, authorization: string) {
    this.#url = url;
    this.#authorization = authorization;
  }

  static basic(url: string, user: string, password: string): JmapHttp {
    return new JmapHttp(url, `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  }

  session(): Promise<JmapSession> {
    return this.json('GET', '/jmap/session');
  }

  async accountId(): Promise<Id> {
    const { primaryAccounts } = await this.session();
    const id = primaryAccounts[MAIL];
    if (id === undefined) throw new Error('the session has no mail account');
    return id;
  }

  /** @throws when a method answers with an error */
  async call(methodCalls: Invocation[]): Promise<Answers> {
    const body = JSON.stringify(jmapRequest(methodCalls));
    const { methodResponses } = await this.json<JmapResponse>('POST', '/jmap/api', body);
    const failed = methodResponses.find(([name]) => name === 'error');
    if (failed) throw new Error(`${failed[2]} failed: ${JSON.stringify(failed[1])}`);
    return Object.fromEntries(methodResponses.map(([, args, callId]) => [callId, args]));
  }

  /** One method. */
  async ask(name: string, args: JsonObject): Promise<JsonObject> {
    const { only } = await this.call([[name, args, 'only']]);
    if (!only) throw new Error(`${name} was not answered`);
    return only;
  }

  async upload(accountId: Id, bytes: Buffer | string, type: string): Promise<Id> {
    const path = `/jmap/upload/${accountId}`;
    const { blobId } = await this.json<{ blobId: Id }>('POST', path, bytes, { 'Content-Type': type });
    return blobId;
  }

  async download(accountId: Id, blobId: Id): Promise<Download> {
    const start = performance.now();
    const response = await this.#send('GET', `/jmap/download/${accountId}/${blobId}/file?type=text/plain`);
    const chunks: Buffer[] = [];
    let firstByteMs = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      firstByteMs ||= performance.now() - start;
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    if (response.statusCode !== 200) throw new Error(`download: ${response.statusCode} ${body}`);
    return { bytes: body.length, firstByteMs, body };
  }

  async json<T>(
    method: string,
    path: string,
    body?: Buffer | string,
    headers: OutgoingHttpHeaders = {},
  ): Promise<T> {
    const response = await this.#send(method, path, body, headers);
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const status = response.statusCode ?? 0;
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Drops the kept connections: the next request finds whoever listens then. */
  close(): void {
    this.#agent.destroy();
  }

  #send(
    method: string,
    path: string,
    body?: Buffer | string,
    headers: OutgoingHttpHeaders = {},
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, this.#url),
        {
          method,
          agent: this.#agent,
          headers: {
            Authorization: this.#authorization,
            ...(body === undefined
              ? {}
              : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
            ...headers,
          },
        },
        resolve,
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
