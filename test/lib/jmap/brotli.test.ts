import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packPage } from '@/lib/jmap/http/brotli';

const PAGE = { Accept: 'text/html,*/*;q=0.8', 'Accept-Encoding': 'gzip, deflate, br' };
const LONG = '<p>Row after row of many.</p>'.repeat(50_000);

describe('documents', () => {
  let server: Server;
  let port = 0;
  const seen: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      packPage(request, response);
      seen.push(request.headers['accept-encoding'] as string);
      const type = request.url === '/data' ? 'application/json' : 'text/html; charset=utf-8';
      response.setHeader('Content-Type', type);
      if (request.url === '/whole') return response.end(LONG);
      response.flushHeaders();
      for (const part of [LONG, '<p>End</p>']) {
        if (!response.write(part)) await new Promise((resolve) => response.once('drain', resolve));
        (response as unknown as { flush?: () => void }).flush?.();
      }
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  async function asked(path: string, headers: Record<string, string>) {
    const response = await new Promise<IncomingMessage>((resolve) => {
      get({ port, host: '127.0.0.1', path, headers, agent: false }, resolve);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { headers: response.headers, body: Buffer.concat(chunks) };
  }

  it.each(['/', '/whole'])(
    'go out by Brotli, in parts or whole, and nobody packs them before (%s)',
    async (path) => {
      const { headers, body } = await asked(path, PAGE);
      expect(headers['content-encoding']).toBe('br');
      expect(headers.vary).toContain('Accept-Encoding');
      expect(headers['content-length']).toBeUndefined();
      expect(seen.at(-1)).toBe('identity');
      expect(body.length).toBeLessThan(5_000);
      expect(brotliDecompressSync(body).toString().startsWith(LONG)).toBe(true);
    },
  );

  it('are plain for who does not take it, and what is no document is left alone', async () => {
    const plain = await asked('/whole', { Accept: 'text/html' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(LONG);
    const data = await asked('/data', PAGE);
    expect(data.headers['content-encoding']).toBeUndefined();
    expect(data.body.toString()).toBe(`${LONG}<p>End</p>`);
    await asked('/data', { Accept: '*/*', 'Accept-Encoding': 'br' });
    expect(seen.at(-1)).toBe('br');
  });

  it('whose reader goes away end without an error', async () => {
    await new Promise<void>((resolve) => {
      const call = get({ port, host: '127.0.0.1', path: '/', headers: PAGE, agent: false }, (response) => {
        response.destroy();
        resolve();
      });
      call.on('error', () => resolve());
    });
    expect((await asked('/whole', PAGE)).headers['content-encoding']).toBe('br');
  });
});
