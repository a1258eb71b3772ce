import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readBody } from '@/lib/jmap/http/body';
import { answerDirectly } from '@/lib/jmap/http/direct';
import { answered as answeredBy, jsonAnswer } from '@/lib/jmap/http/respond';
import { LIMITS } from '@/lib/jmap/limits';
import { setLogLevel } from '@/lib/log';

/** Of a download in these tests: what `X-Body` asks for. */
const BODIES: Record<string, () => AsyncGenerator<Buffer>> = {
  async *endless() {
    for (;;) yield Buffer.alloc(100_000);
  },
  async *failing() {
    yield Buffer.from('first ');
    throw new Error('the mail server is gone');
  },
  async *short() {
    yield Buffer.from('first ');
    yield Buffer.from('second');
  },
};
let opened: Readable | null = null;
function bytesOf(wanted: string): Readable {
  opened = Readable.from(BODIES[wanted]?.() ?? [], { objectMode: false });
  return opened;
}

/** A search goes on until its caller leaves. */
let searching: AbortSignal | null = null;
function leaving(signal: AbortSignal): Promise<void> {
  searching = signal;
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('requests of JMAP', () => {
  const answered: number[] = [];
  let server: Server;
  let url: string;

  beforeAll(() => {
    answerDirectly({
      api: async (request) => {
        const response = await answeredBy(async () => {
          const got = await readBody(request);
          if (got === '"search"') await leaving(request.signal);
          return jsonAnswer({ got }, 201);
        });
        answered.push(response.status);
        return response;
      },
      download: async ({ headers }, target) => ({
        status: 200,
        headers: {
          'Content-Type': headers.get('x-body') === 'unsayable' ? 'text/\n' : 'text/plain',
          'X-Target': encodeURIComponent(JSON.stringify(target)),
        },
        body: bytesOf(headers.get('x-body') ?? 'short'),
      }),
    });
  });

  beforeEach(async () => {
    server = createServer((request, response) => response.end(`next: ${request.method} ${request.url}`));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/jmap/api`, { method: 'POST', body, headers: { ...JSON_TYPE, ...headers } });

  it('are answered before the server that listens otherwise, from the first one on', async () => {
    const response = await post('{}');
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ got: '{}' });
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  it('leave every other request to it', async () => {
    await post('{}');
    const texts = await Promise.all(
      [`${url}/jmap/api`, `${url}/jmap/api/more`, `${url}/mail`].map(async (to) => (await fetch(to)).text()),
    );
    expect(texts).toEqual(['next: GET /jmap/api', 'next: GET /jmap/api/more', 'next: GET /mail']);
  });

  it('are compressed for who asks for it, when it pays', async () => {
    const long = 'a'.repeat(20_000);
    const [short, packed, plain] = await Promise.all([
      post('{}', { 'Accept-Encoding': 'gzip' }),
      post(long, { 'Accept-Encoding': 'br, gzip' }),
      post(long, { 'Accept-Encoding': 'identity' }),
    ]);
    expect(short.headers.get('content-encoding')).toBeNull();
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toBe('Accept-Encoding');
    expect(Number(packed.headers.get('content-length'))).toBeLessThan(1_000);
    expect(await packed.json()).toEqual({ got: long });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it('that are broken off are no error, and leave no trace in the log', async () => {
    await post('{}');
    const written: string[] = [];
    const stdout = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => written.push(String(text)) > 0);
    setLogLevel('info');
    const begun = once(server, 'request');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const head =
      'POST /jmap/api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n';
    socket.write(`${head}{"a"`);
    await begun;
    socket.destroy();
    await vi.waitFor(() => expect(answered.at(-1)).toBe(400));
    stdout.mockRestore();
    setLogLevel('silent');
    expect(written.filter((line) => line.includes('jmap'))).toEqual([]);
  });

  it('R21: tell whoever works for them when their caller goes away', async () => {
    const leave = new AbortController();
    const headers = JSON_TYPE;
    const asked = fetch(`${url}/jmap/api`, {
      method: 'POST',
      body: '"search"',
      headers,
      signal: leave.signal,
    });
    await vi.waitFor(() => expect(searching).not.toBeNull());
    expect(searching?.aborted).toBe(false);
    leave.abort();
    await expect(asked).rejects.toThrow();
    await vi.waitFor(() => expect(searching?.aborted).toBe(true));
  });

  it('may come from a page of another site, as those that Next answers', async () => {
    const { headers } = await post('{}', { Origin: 'https://client.example.org' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('S28: are told that they are too large, also when the rest is still on its way', async () => {
    const response = await post(' '.repeat(LIMITS.maxSizeRequest + 5_000_000));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ limit: 'maxSizeRequest' });
  });

  const download = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/jmap/download/${path}`, { headers });

  it('for bytes are answered as well, whatever their name', async () => {
    const response = await download('a1/re1-2/%D0%BC%20%2F.txt?type=text%2Fplain');
    expect(JSON.parse(decodeURIComponent(response.headers.get('x-target') ?? ''))).toEqual({
      accountId: 'a1',
      blobId: 're1-2',
      name: 'м /.txt',
      type: 'text/plain',
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.text()).toBe('first second');
  });

  it.each(['a1/b', 'a1/b/c/d', 'a1/b/%', 'a1/b/%ff'])(
    'for bytes at no such path are left to it: %s',
    async (path) => {
      expect(await (await download(path)).text()).toBe(`next: GET /jmap/download/${path}`);
    },
  );

  it('for bytes that fail on their way end, and not as if that were all', async () => {
    const response = await download('a1/b/c', { 'X-Body': 'failing' });
    await expect(response.text()).rejects.toThrow();
  });

  it('that cannot be answered are broken off', async () => {
    await expect(download('a1/b/c', { 'X-Body': 'unsayable' })).rejects.toThrow();
  });

  it('for bytes release what feeds them when the client leaves', async () => {
    const response = await download('a1/b/c', { 'X-Body': 'endless' });
    await response.body?.cancel();
    await vi.waitFor(() => expect(opened?.destroyed).toBe(true));
  });
});
