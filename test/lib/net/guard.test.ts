import { describe, expect, test } from 'vitest';
import { type NetConfig, routeTo } from '@/lib/net/guard';
import type { Endpoint } from '@/lib/net/types';

const PUBLIC = '93.184.215.14';
const policy = (part: Partial<NetConfig> = {}): NetConfig => ({
  allowHosts: [],
  allowPorts: [143, 993],
  fixed: null,
  dnsServers: [],
  tlsCaFile: null,
  tlsPins: new Map(),
  ...part,
});
const tls = (host: string, port = 993): Endpoint => ({ host, port, security: 'tls' });
const refusal = { code: 'addressForbidden' };

describe('S12 addresses that are not ordinary public unicast are never dialled', () => {
  const forbidden = [
    ...[
      '127.0.0.1',
      '127.8.9.10',
      '0.0.0.0',
      '0.1.2.3',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
    ],
    ...[
      '169.254.169.254',
      '169.254.1.1',
      '100.64.0.1',
      '100.127.255.255',
      '192.0.0.8',
      '192.0.2.1',
      '198.18.0.1',
    ],
    ...[
      '198.51.100.1',
      '203.0.113.1',
      '192.88.99.1',
      '224.0.0.1',
      '239.255.255.255',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...['127.1', '0x7f.1', '0x7f000001', '2130706433', '0177.0.0.1', '017700000001', '10.1', '0xa9fea9fe'],
    ...[
      '::1',
      '[::1]',
      '::',
      '0:0:0:0:0:0:0:1',
      'fe80::1',
      'fe80::1%lo',
      'febf::1',
      'fec0::1',
      'fc00::1',
      'fd12:3456::1',
    ],
    ...[
      'ff02::1',
      'ff0e::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:10.0.0.1',
      `::ffff:${PUBLIC}`,
      '::127.0.0.1',
    ],
    ...[
      '64:ff9b::7f00:1',
      '64:ff9b::10.0.0.1',
      '64:ff9b:1::1',
      '2002:7f00:1::',
      '2002:a00:1::1',
      '2001:0:7f00:1::',
    ],
    ...[
      '2001:db8::1',
      '100::1',
      '3fff::1',
      '5f00::1',
      'fd00:ec2::254',
      'localhost',
      'LOCALHOST',
      'localhost.',
    ],
  ];
  test.each(forbidden)('%s', async (host) => {
    await expect(routeTo(tls(host), policy())).rejects.toMatchObject(refusal);
  });
});

test.each([PUBLIC, '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '1.1.1.1'])(
  'S12 public %s is dialled as such',
  async (host) => {
    expect(await routeTo(tls(host), policy())).toMatchObject({ address: host, host, port: 993 });
  },
);

test('S12 a port outside ALLOW_PORTS gets the same answer as a forbidden address', async () => {
  await expect(routeTo(tls(PUBLIC, 22), policy())).rejects.toMatchObject(refusal);
  await expect(routeTo(tls(PUBLIC, 25), policy())).rejects.toMatchObject(refusal);
});

test.each(['localhost', '127.0.0.1', '127.0.0.0/8'])(
  'ALLOW_HOSTS=%s opens localhost on any port, plain too',
  async (entry) => {
    const config = policy({ allowHosts: [entry] });
    const route = await routeTo({ host: 'LocalHost', port: 10143, security: 'none' }, config);
    expect(route).toMatchObject({ address: '127.0.0.1', host: 'localhost', security: 'none' });
  },
);

test('an allowed range opens no other range', async () => {
  await expect(
    routeTo(tls('127.0.0.1'), policy({ allowHosts: ['10.0.0.0/8', '::1', 'mail.example.org'] })),
  ).rejects.toMatchObject(refusal);
});

test('a server of fixed-server mode is allowed at its port only, and not plain by that alone', async () => {
  const incoming: Endpoint = { host: 'localhost', port: 10993, security: 'tls' };
  const config = policy({ fixed: { kind: 'imap', incoming, outgoing: { ...incoming, port: 10465 } } });
  expect(await routeTo(incoming, config)).toMatchObject({ address: '127.0.0.1' });
  await expect(routeTo(tls('localhost', 6379), config)).rejects.toMatchObject(refusal);
  await expect(routeTo({ ...incoming, security: 'none' }, config)).rejects.toMatchObject({
    code: 'tlsRequired',
  });
});

test('S14 plain connections to public hosts are refused', async () => {
  await expect(routeTo({ host: PUBLIC, port: 143, security: 'none' }, policy())).rejects.toMatchObject({
    code: 'tlsRequired',
  });
});

test.each(['no-such-host.invalid', '', 'a b', 'host\r\nX', '../x', 'exa\0mple'])(
  'S16 %j has no address',
  async (host) => {
    await expect(routeTo(tls(host), policy())).rejects.toMatchObject({ code: 'hostNotFound' });
  },
);

test('S15 the certificate is checked against the name the user asked for', async () => {
  const { tls: options } = await routeTo(tls('localhost'), policy({ allowHosts: ['localhost'] }));
  expect(options).toMatchObject({ servername: 'localhost', minVersion: 'TLSv1.2' });
  const { tls: bare } = await routeTo(tls(PUBLIC), policy());
  expect(bare.servername).toBeUndefined();
});
