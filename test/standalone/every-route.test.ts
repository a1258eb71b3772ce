/** Every route there is, asked by a stranger: what it refuses and what it tells caches. New routes are found by themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';

/** What anybody may ask, and why. */
const OPEN = new Set([
  'GET /', // a redirect, see below
  'GET /.well-known/jmap', // a redirect to the session object
  'GET /api/health',
  'GET /api/metrics', // numbers only, and only where BASE_URL is this machine or with METRICS_TOKEN
  'GET /api/sign-in', // which servers the operator allows
  'POST /api/sign-in/check', // with the password in it: limited by S25, policed by S12
  'POST /api/discovery', // the same for a domain
]);

/** next-auth keeps its own routes. */
const found = readdirSync('app', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('route.ts') && !path.includes('nextauth'))
  .flatMap((path) => {
    const methods = readFileSync(join('app', path), 'utf8').matchAll(
      /export (?:async )?(?:function|const) ([A-Z]+)\b/g,
    );
    const url = `/${path.replace(/\/?route\.ts$/, '').replace(/\[(\w+)\]/g, 'a0')}`;
    return [...methods].map(([, method = '']) => `${method} ${url}`);
  });

let gatepost: GatepostServer;
beforeAll(async () => {
  gatepost = await startGatepost();
}, 90_000);
afterAll(() => gatepost?.stop());

function ask(route: string, headers: Record<string, string> = {}): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  const body = method === 'GET' || method === 'DELETE' ? undefined : '{}';
  return fetch(gatepost.url + path, { method, body, headers, redirect: 'manual' });
}

describe('every route', () => {
  it('is looked at', () => expect(found.length).toBeGreaterThan(20));

  it.each(found)('S27: %s keeps its answer out of caches', async (route) => {
    const response = await ask(route);
    await response.body?.cancel();
    expect(response.headers.get('cache-control')).toContain('no-store');
  });

  it.each(found.filter((route) => !OPEN.has(route)))(
    'S19: %s answers nobody without a sign-in',
    async (route) => {
      const ownPage = { 'X-Gatepost': '1', Origin: gatepost.url, 'Content-Type': 'application/json' };
      const responses = await Promise.all([
        ask(route, ownPage),
        ask(route, { ...ownPage, Authorization: 'Bearer gp_none' }),
        ask(route, { ...ownPage, Cookie: 'next-auth.session-token=none' }),
      ]);
      expect(responses.map(({ status }) => status)).toEqual([401, 401, 401]);
    },
  );

  it.each(found.filter((route) => !route.startsWith('GET') && !OPEN.has(route)))(
    'S20: %s refuses what does not come from our own page',
    async (route) => {
      const { status } = await ask(route, { Origin: 'https://elsewhere.example.org', 'X-Gatepost': '1' });
      expect(status).toBe(403);
    },
  );
});

it('S19: a stranger at the door is led to the sign-in page', async () => {
  const { status, headers } = await ask('GET /');
  expect([status, headers.get('location')]).toEqual([307, '/sign-in']);
});

describe('a page of another site', () => {
  const elsewhere = { Origin: 'https://client.example.org' };

  it('may use JMAP with a token of its own', async () => {
    const { status, headers } = await fetch(`${gatepost.url}/jmap/api`, {
      method: 'OPTIONS',
      headers: {
        ...elsewhere,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-headers')).toContain('Authorization');
    const asked = await ask('GET /jmap/session', { ...elsewhere, Authorization: 'Bearer gp_none' });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([401, '*']);
  });

  it('S20: never with the cookie, and nothing else of ours', async () => {
    for (const route of ['GET /jmap/session', 'GET /api/accounts', 'GET /api/sign-in']) {
      const { headers } = await ask(route, elsewhere);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      if (route.includes('/api/')) expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
