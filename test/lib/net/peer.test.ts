import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { clientAddress, rememberPeers } from '@/lib/net/peer';

const from = (peer: string, forwarded: string, trustedProxies: string[]) =>
  clientAddress(new Headers({ 'x-gatepost-peer': peer, 'x-forwarded-for': forwarded }), { trustedProxies });

test.each<[string, string, string, string[], string]>([
  ['no proxy: the socket', '192.0.2.1', '', [], '192.0.2.1'],
  ['a header of the client is not believed', '192.0.2.1', '198.51.100.1', [], '192.0.2.1'],
  ['a proxy of the operator is', '10.0.0.1', '198.51.100.1', ['10.0.0.0/8'], '198.51.100.1'],
  [
    'only what the proxy added, not what the client wrote before',
    '10.0.0.1',
    '1.1.1.1, 198.51.100.1',
    ['10.0.0.1'],
    '198.51.100.1',
  ],
  ['several proxies', '10.0.0.1', '198.51.100.1, 10.0.0.2', ['10.0.0.0/8'], '198.51.100.1'],
  ['nonsense ends the walk', '10.0.0.1', '198.51.100.1, <script>', ['10.0.0.0/8'], '10.0.0.1'],
  ['dual-stack sockets', '::ffff:10.0.0.1', '2001:db8::1', ['10.0.0.1'], '2001:db8::1'],
  ['nothing known', '', '198.51.100.1', [], 'unknown'],
])('S26 %s', (_name, peer, forwarded, trusted, expected) => {
  expect(from(peer, forwarded, trusted)).toBe(expected);
});

test('S26 the address of the socket replaces what a client put into its place', async () => {
  rememberPeers();
  const server = createServer((request, response) =>
    response.end(String(request.headers['x-gatepost-peer'])),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-gatepost-peer': '6.6.6.6' } });
  expect(await response.text()).toBe('127.0.0.1');
  server.close();
});
