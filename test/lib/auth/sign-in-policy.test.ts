import { describe, expect, test } from 'vitest';
import { mayUse } from '@/lib/auth/sign-in-policy';
import type { Servers } from '@/lib/discovery/types';

const config = (signIn: 'any' | string[]) => ({
  signIn,
  allowHosts: [],
  allowPorts: [993, 465],
  fixed: null,
  // Answers nothing: what is decided without the DNS is decided here.
  dnsServers: ['127.0.0.1:9'],
  tlsCaFile: null,
  tlsPins: new Map<string, string>(),
  mailDomain: null,
});
const servers = (incoming: string, outgoing = incoming): Servers => ({
  kind: 'imap',
  incoming: { host: incoming, port: 993, security: 'tls', user: 'x' },
  outgoing: { host: outgoing, port: 465, security: 'tls', user: 'x' },
});

describe('S25 SIGN_IN', () => {
  test.each<[string, 'any' | string[], string, Servers, boolean]>([
    ['any lets everybody in', 'any', 'a@x.org', servers('imap.anything.org'), true],
    [
      'a listed host',
      ['imap.example.org', 'smtp.example.org'],
      'a@x.org',
      servers('imap.example.org', 'smtp.example.org'),
      true,
    ],
    [
      'hosts of a listed domain',
      ['example.org'],
      'a@example.org',
      servers('imap.example.org', 'smtp.example.org'),
      true,
    ],
    [
      'both servers count',
      ['imap.example.org'],
      'a@x.org',
      servers('imap.example.org', 'smtp.evil.org'),
      false,
    ],
    ['a name that only ends alike', ['example.org'], 'a@example.org', servers('imap.evilexample.org'), false],
    [
      'an address of a listed domain at a stranger’s server',
      ['example.org'],
      'a@example.org',
      servers('imap.evil.org'),
      false,
    ],
    [
      'a preset of a listed domain',
      ['gmail.com'],
      'a@gmail.com',
      servers('imap.gmail.com', 'smtp.gmail.com'),
      true,
    ],
    ['another domain at the same provider', ['gmail.com'], 'a@x.org', servers('imap.other.com'), false],
  ])('%s', async (_name, signIn, address, chosen, allowed) => {
    expect(await mayUse(address, chosen, config(signIn))).toBe(allowed);
  });

  test('with named servers the list is about domains', async () => {
    const { incoming, outgoing } = servers('mail.inside.org');
    const fixed = { kind: 'imap' as const, incoming, outgoing };
    const on = { ...config(['example.org']), fixed };
    expect(await mayUse('a@example.org', servers('mail.inside.org'), on)).toBe(true);
    expect(await mayUse('a@other.org', servers('mail.inside.org'), on)).toBe(false);
  });
});
