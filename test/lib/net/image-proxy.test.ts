import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NetConfig } from '@/lib/net/guard';
import { fetchImage, imageLink, imageTarget } from '@/lib/net/image-proxy';
import { createCertificate } from '@/test/servers/tls';

const KEYS = { secretKeys: [{ id: 'k', key: Buffer.alloc(32, 'k') }] };
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)]);
const FILES: Record<string, Buffer> = {
  '/a.png': PNG,
  '/a.jpg': Buffer.from('\xff\xd8\xff\xe0rest', 'latin1'),
  '/a.gif': Buffer.from('GIF89a...'),
  '/a.webp': Buffer.from('RIFF\0\0\0\0WEBPVP8 '),
  '/a.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  '/page': Buffer.from('<html><script>alert(1)</script></html>'),
  '/large.png': Buffer.concat([PNG, Buffer.alloc(11 * 1024 * 1024)]),
};

/** The test's own server is inside. */
const HERE = { allowHosts: ['localhost'], fixed: null };

let dir: string;
let web: Server;
let origin: string;
let config: NetConfig;
let seen: IncomingHttpHeaders = {};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatepost-images-'));
  const tls = await createCertificate(dir);
  const [cert, key] = await Promise.all([readFile(tls.certFile), readFile(tls.keyFile)]);
  web = createServer({ cert, key }, (request, response) => {
    seen = request.headers;
    const file = FILES[request.url ?? ''];
    // What the server calls it plays no part.
    response.writeHead(file ? 200 : 404, { 'content-type': 'image/png', 'set-cookie': 'track=1' });
    response.end(file ?? PNG);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  origin = `https://localhost:${typeof address === 'object' && address ? address.port : 0}`;
  config = {
    allowHosts: ['localhost'],
    allowPorts: [],
    fixed: null,
    dnsServers: [],
    tlsCaFile: tls.caFile,
    tlsPins: new Map(),
  };
});
afterAll(async () => {
  web.closeAllConnections();
  web.close();
  await rm(dir, { recursive: true });
});

describe('S9 remote images', () => {
  test.each([
    ['/a.png', 'image/png'],
    ['/a.jpg', 'image/jpeg'],
    ['/a.gif', 'image/gif'],
    ['/a.webp', 'image/webp'],
  ])('%s is known by its first bytes', async (path, type) => {
    expect((await fetchImage(new URL(path, origin), config, HERE)).type).toBe(type);
  });

  test.each(['/a.svg', '/page', '/missing'])('%s is no image', async (path) => {
    await expect(fetchImage(new URL(path, origin), config, HERE)).rejects.toMatchObject({
      code: 'protocolViolation',
    });
  });

  test('are not fetched from a mail server that the operator allows', async () => {
    await expect(fetchImage(new URL('/a.png', origin), config)).rejects.toMatchObject({
      code: 'addressForbidden',
    });
  });

  test('a bomb is cut off', async () => {
    await expect(fetchImage(new URL('/large.png', origin), config, HERE)).rejects.toMatchObject({
      code: 'limitExceeded',
    });
  });

  test('tell nothing about the reader', async () => {
    await fetchImage(new URL('/a.png', origin), config, HERE);
    expect(Object.keys(seen).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(seen['user-agent']).toBe('Gatepost');
  });

  test('are reached by a link for one user and one hour', () => {
    const link = imageLink('http://img.example.org/a.png?x=1&y=2', 'anna', KEYS) ?? '';
    const query = new URLSearchParams(link.split('?')[1]);
    expect(imageTarget(query, 'anna', KEYS).href).toBe('https://img.example.org/a.png?x=1&y=2');
    expect(() => imageTarget(query, 'boris', KEYS)).toThrow();
    const other = { secretKeys: [{ id: 'o', key: Buffer.alloc(32, 'o') }] };
    expect(() => imageTarget(query, 'anna', other)).toThrow();
    for (const [name, value] of [
      ['u', 'https://inside/'],
      ['e', String(Date.now() + 1e9)],
      ['s', ''],
    ] as const) {
      const changed = new URLSearchParams(query);
      changed.set(name, value);
      expect(() => imageTarget(changed, 'anna', KEYS)).toThrow();
    }
  });

  test.each([
    'javascript:alert(1)',
    'data:image/png;base64,x',
    'ftp://x/y',
    'cid:a',
    '//no-scheme',
    '',
    `https://x/${'a'.repeat(5_000)}`,
  ])('%s gets no link', (url) => {
    expect(imageLink(url, 'anna', KEYS)).toBeNull();
  });
});
