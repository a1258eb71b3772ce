import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '@/lib/config';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatepost-config-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const load = (env: Record<string, string> = {}) => loadConfig({ DATA_DIR: join(dir, 'data'), ...env });
const KEY = 'q83vEjRWeJq83vASNFZ4mrzN7wEjRWeJEjRWeJCrze8=';
const HTTPS = 'https://mail.example.org';

test.each<Record<string, string>>([{}, { SECRET_KEY: KEY }])(
  'a data directory that cannot be made is told at once (%o)',
  (env) => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    for (const path of ['/proc/gatepost/data', join(file, 'data'), file]) {
      expect(() => load({ ...env, DATA_DIR: path })).toThrow(/^DATA_DIR cannot be used: .*\.$/);
    }
  },
);

test('everything has a default', () => {
  const config = load();
  expect(config.baseUrl.origin).toBe('http://localhost:3000');
  expect(config).toMatchObject({
    demo: true,
    rateLimits: true,
    signIn: 'any',
    databaseUrl: null,
    fixed: null,
    logLevel: 'info',
  });
  expect(config.allowPorts).toContain(993);
  expect(config.allowPorts).not.toContain(25);
  expect(config.maxUpload).toBe(50 * 1024 * 1024);
});

test('S24 the key is made once, private, and kept', () => {
  const first = load().secretKeys[0];
  expect(first?.key).toHaveLength(32);
  expect(load().secretKeys[0]).toEqual(first);
  expect(statSync(join(dir, 'data/secret.key')).mode & 0o777).toBe(0o600);
  expect(statSync(join(dir, 'data')).mode & 0o777).toBe(0o700);
});

test('old keys follow the one that seals', () => {
  const old = load().secretKeys[0]?.key.toString('base64') ?? '';
  expect(
    load({ SECRET_KEY: KEY, SECRET_KEYS_OLD: old }).secretKeys.map((k) => k.key.toString('base64')),
  ).toEqual([KEY, old]);
});

test('fixed-server mode reads the endpoints', () => {
  const { fixed } = load({
    MAIL_IMAP: 'imaps://imap.example.org',
    MAIL_SMTP: 'smtp://smtp.example.org:2525',
  });
  expect(fixed).toEqual({
    kind: 'imap',
    incoming: { host: 'imap.example.org', port: 993, security: 'tls' },
    outgoing: { host: 'smtp.example.org', port: 2525, security: 'starttls' },
  });
  const plain = {
    MAIL_POP3: 'pop3://127.0.0.1:1110?security=none',
    MAIL_SMTP: 'smtp://127.0.0.1?security=none',
    ALLOW_HOSTS: '127.0.0.0/8',
  };
  expect(load(plain).fixed).toMatchObject({
    kind: 'pop3',
    incoming: { port: 1110, security: 'none' },
    outgoing: { port: 587 },
  });
});

test('a ManageSieve server stands beside the others', () => {
  const fixed = { MAIL_IMAP: 'imaps://imap.example.org', MAIL_SMTP: 'smtps://smtp.example.org' };
  expect(load({ ...fixed, MAIL_SIEVE: 'sieve://imap.example.org' }).fixed?.sieve).toEqual({
    host: 'imap.example.org',
    port: 4190,
    security: 'starttls',
  });
});

test('a public site needs https and SIGN_IN, and named servers are a policy by themselves', () => {
  expect(load({ BASE_URL: HTTPS, SIGN_IN: 'example.org, imap.example.net' })).toMatchObject({
    demo: false,
    signIn: ['example.org', 'imap.example.net'],
  });
  const fixed = { MAIL_IMAP: 'imaps://imap.example.org', MAIL_SMTP: 'smtps://smtp.example.org' };
  expect(load({ BASE_URL: HTTPS, ...fixed }).signIn).toBe('any');
});

describe('a wrong value stops the start with one sentence', () => {
  const refused: [string, Record<string, string>][] = [
    ['PORT', { PORT: 'abc' }],
    ['PORT', { PORT: '70000' }],
    ['BASE_URL', { BASE_URL: 'mail.example.org' }],
    ['BASE_URL', { BASE_URL: 'http://mail.example.org', SIGN_IN: 'any' }],
    ['BASE_URL', { HOST: '0.0.0.0' }],
    ['BASE_URL', { BASE_URL: 'https://mail.example.org/sub', SIGN_IN: 'any' }],
    ['SIGN_IN', { BASE_URL: HTTPS }],
    ['SIGN_IN', { SIGN_IN: 'a b@c' }],
    ['SECRET_KEY', { SECRET_KEY: 'short' }],
    ['SECRET_KEY', { SECRET_KEY: Buffer.from('change-me-change-me-change-me-ch').toString('base64') }],
    ['SECRET_KEY', { SECRET_KEY: Buffer.alloc(32).toString('base64') }],
    ['SECRET_KEYS_OLD', { SECRET_KEYS_OLD: `${KEY} nope` }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://x/y' }],
    ['BLOB_URL', { BLOB_URL: 's3://bucket' }],
    ['MAIL_SIEVE', { MAIL_SIEVE: 'sieve://mail.example.org' }],
    ['MAIL_IMAP', { MAIL_IMAP: 'imap.example.org' }],
    [
      'MAIL_IMAP',
      { MAIL_IMAP: 'imaps://imap.example.org?security=none', MAIL_SMTP: 'smtps://smtp.example.org' },
    ],
    [
      'MAIL_IMAP',
      { MAIL_IMAP: 'imap://imap.example.org?security=none', MAIL_SMTP: 'smtps://smtp.example.org' },
    ],
    ['MAIL_SMTP', { MAIL_IMAP: 'imaps://imap.example.org' }],
    ['MAIL_SMTP', { MAIL_SMTP: 'smtps://smtp.example.org' }],
    ['MAIL_DOMAIN', { MAIL_DOMAIN: '@example.org' }],
    ['ALLOW_HOSTS', { ALLOW_HOSTS: '10.0.0.0/33' }],
    ['ALLOW_PORTS', { ALLOW_PORTS: '993 0' }],
    ['TLS_CA_FILE', { TLS_CA_FILE: '/nowhere/ca.pem' }],
    ['TLS_PINS', { TLS_PINS: 'mail.example.org=abc' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: 'proxy.example.org' }],
    ['DNS_SERVERS', { DNS_SERVERS: 'dns.example.org' }],
    ['DEMO', { DEMO: 'yes' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['MAX_UPLOAD', { MAX_UPLOAD: 'much' }],
    ['RATE_LIMITS', { RATE_LIMITS: 'off', BASE_URL: HTTPS, SIGN_IN: 'any' }],
  ];
  test.each(refused)('%s %j', (name, env) => {
    const start = () => load(env);
    expect(start).toThrow(new RegExp(`\\b${name}\\b.*\\.$`));
    expect(start).not.toThrow(/\n/);
  });

  test('a damaged key file', () => {
    load();
    writeFileSync(join(dir, 'data/secret.key'), 'x');
    expect(() => load()).toThrow(/DATA_DIR .* damaged/);
    expect(readFileSync(join(dir, 'data/secret.key'), 'utf8')).toBe('x');
  });

  test('S33 a secret is never repeated in the sentence', () => {
    expect(() => load({ SECRET_KEY: 'hunter2-hunter2' })).not.toThrow(/hunter2/);
    expect(() => load({ DATABASE_URL: 'mysql://u:hunter2@x/y' })).not.toThrow(/hunter2/);
  });
});
