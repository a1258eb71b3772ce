import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NetConfig } from '@/lib/net/guard';
import { unsubscribeAt } from '@/lib/net/unsubscribe';
import { createCertificate } from '@/test/servers/tls';

const HERE = { allowHosts: ['localhost'], fixed: null };
const asked: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[] = [];
let dir: string;
let list: Server;
let origin: string;
let config: NetConfig;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatepost-list-'));
  const tls = await createCertificate(dir);
  const [cert, key] = await Promise.all([readFile(tls.certFile), readFile(tls.keyFile)]);
  list = createServer({ cert, key }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    asked.push({ method, url, headers, body });
    if (url === '/moved') response.setHeader('Location', '/off');
    response.writeHead(url === '/off' ? 202 : url === '/moved' ? 302 : 410).end();
  });
  await new Promise<void>((resolve) => list.listen(0, '127.0.0.1', resolve));
  const address = list.address();
  origin = `https://localhost:${typeof address === 'object' && address ? address.port : 0}`;
  config = { ...HERE, allowPorts: [], dnsServers: [], tlsCaFile: tls.caFile, tlsPins: new Map() };
});

afterAll(async () => {
  list.closeAllConnections();
  await new Promise((resolve) => list.close(resolve));
  await rm(dir, { recursive: true });
});

test('S10: one POST without cookies or anything of the reader, and a 2xx is the list’s word (RFC 8058)', async () => {
  expect(await unsubscribeAt(new URL('/off?who=1', origin), config, HERE)).toBe(false);
  asked.splice(0);
  expect(await unsubscribeAt(new URL('/off', origin), config, HERE)).toBe(true);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ method: 'POST', body: 'List-Unsubscribe=One-Click' });
  expect(asked[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(asked[0]?.headers).not.toHaveProperty('cookie');
  expect(asked[0]?.headers).not.toHaveProperty('referer');
});

test('a redirect is not followed, and is no consent', async () => {
  asked.splice(0);
  expect(await unsubscribeAt(new URL('/moved', origin), config, HERE)).toBe(false);
  expect(asked.map(({ url }) => url)).toEqual(['/moved']);
});

test('S10, S12: a host inside is not asked, even one that the operator allows for mail', async () => {
  asked.splice(0);
  await expect(unsubscribeAt(new URL('/off', origin), config)).rejects.toMatchObject({
    code: 'addressForbidden',
  });
  await expect(unsubscribeAt(new URL('http://list.example/off'), config)).rejects.toMatchObject({
    code: 'addressForbidden',
  });
  expect(asked).toEqual([]);
});
