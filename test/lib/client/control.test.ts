import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { control } from '@/lib/client/control/request';

const ANSWERS: Record<string, [status: number, type: string, body: string]> = {
  '/started': [202, '', ''],
  '/done': [204, '', ''],
  '/told': [200, 'application/json', '{"name":"Anna"}'],
  '/refused': [
    422,
    'application/problem+json',
    '{"code":"wrongPassword","params":{"host":"a"},"serverText":"NO"}',
  ],
  '/proxy': [502, 'text/html', '<h1>Bad Gateway</h1>'],
};
let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const [status, type, body] = ANSWERS[request.url ?? ''] ?? [500, 'text/plain', ''];
    response.writeHead(status, type ? { 'content-type': type } : {}).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const ask = (path: string) => control<unknown>('POST', origin + path, {});

describe('a call of the control plane', () => {
  test('that is done, or has begun, answers nothing', async () => {
    expect(await ask('/started')).toBeUndefined();
    expect(await ask('/done')).toBeUndefined();
  });

  test('gives what it was told', async () => {
    expect(await ask('/told')).toEqual({ name: 'Anna' });
  });

  test('that is refused keeps the code and the words of the server', async () => {
    await expect(ask('/refused')).rejects.toMatchObject({ code: 'wrongPassword', serverText: 'NO' });
  });

  test('that a proxy answers for us is a matter of the network', async () => {
    await expect(ask('/proxy')).rejects.toMatchObject({ code: 'network' });
  });
});
