import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readBody } from '@/lib/jmap/http/body';
import { answerDirectly } from '@/lib/jmap/http/direct';
import { answerText, jsonAnswer } from '@/lib/jmap/http/respond';
import { LIMITS } from '@/lib/jmap/limits';
import { setLogLevel } from '@/lib/log';

const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('requests to /jmap/api', () => {
  const answered: number[] = [];
  let server: Server;
  let url: string;

  beforeAll(() => {
    answerDirectly(async (request) => {
      const response = await answerText(async () => jsonAnswer({ got: await readBody(request) }, 201));
      answered.push(response.status);
      return response;
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

  it('S28: are told that they are too large, also when the rest is still on its way', async () => {
    const response = await post(' '.repeat(LIMITS.maxSizeRequest + 5_000_000));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ limit: 'maxSizeRequest' });
  });
});
