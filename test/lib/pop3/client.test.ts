/** Against Dovecot: what a real server does. What none does is in client-faults.test.ts. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '@/lib/net/types';
import { checkPop3 } from '@/lib/pop3/check';
import { Pop3Client } from '@/lib/pop3/client';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { netConfig } from './net-config';

const user = 'ann';
const secret = { password: 'sec ret' };
const binary = Buffer.concat([
  Buffer.from('Subject: dots\r\n\r\n.\r\n..\r\n.leading\r\n'),
  Buffer.from([0xff, 0xfe, 0x80, 0x0d, 0x0a]),
]);
let server: DovecotServer;

beforeAll(async () => {
  server = await startDovecot({ users: { [user]: secret.password, bob: 'b' } });
  for (let n = 1; n <= 30; n++) await server.deliver(user, `Subject: mail ${n}\n\nbody of ${n}\n`);
  await server.deliver(user, binary);
});
afterAll(() => server?.stop());

function endpoint(security: Endpoint['security']): Endpoint {
  return { host: 'localhost', port: security === 'tls' ? server.ports.pop3s : server.ports.pop3, security };
}

async function session<T>(work: (client: Pop3Client) => Promise<T>, security: Endpoint['security'] = 'tls') {
  const client = await Pop3Client.connect(endpoint(security), netConfig(server.tls.caFile));
  try {
    await client.signIn(user, secret);
    return await work(client);
  } finally {
    client.close();
  }
}

async function read(client: Pop3Client, number: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await client.retrieve(number, (bytes) => void chunks.push(bytes));
  return Buffer.concat(chunks);
}

describe('POP3 client on Dovecot', () => {
  it.each(['tls', 'starttls', 'none'] as const)('signs in and out with security %s', async (security) => {
    const login = { ...endpoint(security), user };
    await expect(checkPop3(login, secret, netConfig(server.tls.caFile))).resolves.toBeUndefined();
  });

  it('lists sizes and unique ids under the same numbers', async () => {
    const [sizes, ids] = await session(async (client) => [await client.list(), await client.uidl()]);
    expect(sizes).toHaveLength(31);
    expect(ids?.map((row) => row.number)).toEqual(sizes.map((row) => row.number));
    expect(new Set(ids?.map((row) => row.value)).size).toBe(31);
  });

  it('gives a message back byte for byte, dots and 8-bit bytes included', async () => {
    const raw = await session(async (client) => {
      const hashes = new Map<string, Buffer>();
      for (let n = 1; n <= 31; n++) {
        const bytes = await read(client, n);
        hashes.set(createHash('sha256').update(bytes).digest('hex'), bytes);
      }
      return hashes.get(createHash('sha256').update(binary).digest('hex'));
    });
    expect(raw?.equals(binary)).toBe(true);
  });

  it('keeps answers and commands together when thirty are on their way', async () => {
    await session(async (client) => {
      expect(client.capabilities.pipelining).toBe(true);
      const numbers = Array.from({ length: 30 }, (_, i) => i + 1);
      const tops = numbers.map((n) => client.top(n, 0));
      const bodies = numbers.map((n) => read(client, n));
      for (const n of numbers) {
        const [top, body] = await Promise.all([tops[n - 1], bodies[n - 1]]);
        const head = body?.subarray(0, body.indexOf('\r\n\r\n') + 4);
        expect(top?.toString()).toBe(head?.toString());
      }
    });
  });

  it('says notAuthenticated as wrongPassword, with the words of the server', async () => {
    const login = { ...endpoint('tls'), user };
    await expect(checkPop3(login, { password: 'no' }, netConfig(server.tls.caFile))).rejects.toMatchObject({
      name: 'AuthenticationError',
      code: 'wrongPassword',
      serverText: expect.stringContaining('[AUTH]'),
    });
  });

  it('lives on after a refused command', async () => {
    await session(async (client) => {
      await expect(read(client, 999)).rejects.toMatchObject({ name: 'CommandError', code: 'commandFailed' });
      expect(await client.list()).toHaveLength(31);
    });
  });

  it('S15: does not sign in where the certificate is unknown', async () => {
    for (const security of ['tls', 'starttls'] as const) {
      await expect(Pop3Client.connect(endpoint(security), netConfig())).rejects.toMatchObject({
        code: 'tlsFailed',
      });
    }
  });

  it('deletes at QUIT and not before', async () => {
    await server.deliver('bob', 'Subject: x\n\nx\n');
    const open = async () => {
      const client = await Pop3Client.connect(endpoint('tls'), netConfig(server.tls.caFile));
      await client.signIn('bob', { password: 'b' });
      return client;
    };
    const cut = await open();
    await cut.delete(1);
    cut.close();
    const again = await open();
    expect(await again.list()).toHaveLength(1);
    await again.delete(1);
    await again.quit();
    const last = await open();
    expect(await last.list()).toHaveLength(0);
    last.close();
  });
});
