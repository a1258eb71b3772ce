/** Configuration: environment variables, read and validated here and nowhere else (design: Configuration). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type LogLevel, setLogLevel } from '@/lib/log';
import type { Endpoint } from '@/lib/net/types';
import { keyInDirectory, makeDirectory } from './config-key';
import * as value from './config-values';

interface FixedServers {
  kind: 'imap' | 'pop3';
  incoming: Endpoint;
  outgoing: Endpoint;
  /** Absent: nobody is asked for filters. */
  sieve?: Endpoint;
}

export interface Config {
  host: string;
  port: number;
  baseUrl: URL;
  dataDir: string;
  /** The first one seals; all of them open. 32 bytes each. */
  secretKeys: { id: string; key: Buffer }[];
  /** null: SQLite files in dataDir. */
  databaseUrl: string | null;
  fixed: FixedServers | null;
  mailDomain: string | null;
  allowHosts: string[];
  tlsCaFile: string | null;
  demo: boolean;
  logLevel: LogLevel;
  rateLimits: boolean;
  /** `any`, or the mail domains and hosts that may be signed in to. */
  signIn: 'any' | string[];
  allowPorts: number[];
  trustedProxies: string[];
  /** host -> lower-case hex SHA-256 of the certificate. */
  tlsPins: Map<string, string>;
  authservIds: string[];
  dnsServers: string[];
  /** Bytes. */
  maxUpload: number;
  /** Bytes of mail that is kept here of one user; null: no limit. */
  storageLimit: number | null;
  /** What GET /api/metrics asks for; null: told on this machine only. */
  metricsToken: string | null;
}

const ALLOW_PORTS = [143, 993, 110, 995, 465, 587, 2525, 4190];
const notBuilt = (what: string) =>
  value.parsed((): never => {
    throw new RangeError(`is set, but ${what} is not built yet: leave it empty`);
  });
const host = value.listOf(
  'host names, addresses and ranges',
  (word) => value.isHostName(word) || value.isAddressOrRange(word),
);

const baseUrl = value.parsed((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    !url ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.pathname !== '/' ||
    url.search ||
    url.hash ||
    url.username
  ) {
    throw new RangeError(
      `must be an address such as "https://mail.example.org", without a path, not ${JSON.stringify(text)}`,
    );
  }
  if (url.protocol === 'http:' && !value.isLoopback(url.hostname)) {
    throw new RangeError(
      `must be https: with ${JSON.stringify(text)} passwords and sessions would travel in clear`,
    );
  }
  return url;
});

const databaseUrl = value.parsed((text) => {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new RangeError('must be a URL such as postgres://user:password@host/database');
});

const certificates = value.parsed((text) => {
  const file = resolve(text);
  if (!readFileSync(file, 'utf8').includes('-----BEGIN CERTIFICATE-----'))
    throw new RangeError('holds no PEM certificate');
  return file;
});

const signIn = value.parsed((text): 'any' | string[] => {
  if (text === 'any') return text;
  const bad = value.words(text).find((word) => !(value.isHostName(word) || isIP(word)));
  if (bad !== undefined)
    throw new RangeError(
      `must be "any" or a list of mail domains and hosts, and ${JSON.stringify(bad)} is neither`,
    );
  return value.words(text.toLowerCase());
});

const variables = z.object({
  HOST: z.string().default('localhost'),
  PORT: value.port.default(3000),
  BASE_URL: baseUrl.optional(),
  DATA_DIR: z.string().default('./data'),
  SECRET_KEY: value.secretKey.optional(),
  SECRET_KEYS_OLD: value.secretKeys.default([]),
  DATABASE_URL: databaseUrl.optional(),
  BLOB_URL: notBuilt('storing blobs elsewhere').optional(),
  MAIL_IMAP: value.endpoint('imap').optional(),
  MAIL_POP3: value.endpoint('pop3').optional(),
  MAIL_SMTP: value.endpoint('smtp').optional(),
  MAIL_SIEVE: value.endpoint('sieve').optional(),
  MAIL_DOMAIN: value
    .parsed((text) => {
      if (value.isHostName(text)) return text.toLowerCase();
      throw new RangeError(`must be a mail domain such as example.org, not ${JSON.stringify(text)}`);
    })
    .optional(),
  ALLOW_HOSTS: host.default([]),
  TLS_CA_FILE: certificates.optional(),
  DEMO: value.onOff.optional(),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent')
    .default('info'),
  RATE_LIMITS: value.onOff.default(true),
  SIGN_IN: signIn.optional(),
  ALLOW_PORTS: value.ports.default(ALLOW_PORTS),
  TRUSTED_PROXIES: value.listOf('addresses and ranges', value.isAddressOrRange).default([]),
  TLS_PINS: value.pins.default(new Map()),
  AUTHSERV_IDS: value.listOf('host names', value.isHostName).default([]),
  DNS_SERVERS: value
    .listOf('addresses', (word) => isIP(word.replace(/^\[(.*)\]:\d+$|^([\d.]+):\d+$/, '$1$2')) !== 0)
    .default([]),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  STORAGE_LIMIT: value.byteSize.optional(),
  MAX_UPLOAD: value.byteSize.default(50 * 1024 ** 2),
});
type Variables = z.infer<typeof variables>;

/** @throws Error with one sentence that names the variable and what is wrong with it. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const v = readVariables(env);
  const url =
    v.BASE_URL ??
    readVariables({ BASE_URL: `http://${isIP(v.HOST) === 6 ? `[${v.HOST}]` : v.HOST}:${v.PORT}` }).BASE_URL;
  if (!url) throw new Error('BASE_URL is missing.');
  const local = value.isLoopback(url.hostname);
  if (!v.RATE_LIMITS && !local)
    throw new Error('RATE_LIMITS may be "off" only when BASE_URL is on this machine.');
  const fixed = fixedServers(v);
  // Named servers restrict sign-in by themselves; without them a public Gatepost would try passwords anywhere.
  const allowedSignIn = v.SIGN_IN ?? (local || fixed ? 'any' : null);
  if (!allowedSignIn) {
    throw new Error(
      'SIGN_IN must be set when BASE_URL is not on this machine: "any", or the mail domains and hosts people may sign in to.',
    );
  }
  const dataDir = resolve(v.DATA_DIR);
  readable(() => makeDirectory(dataDir), 'DATA_DIR');
  return {
    host: v.HOST,
    port: v.PORT,
    baseUrl: url,
    dataDir,
    secretKeys: [sealingKey(v, dataDir), ...v.SECRET_KEYS_OLD].map((key) => ({ id: keyId(key), key })),
    databaseUrl: v.DATABASE_URL ?? null,
    fixed,
    mailDomain: v.MAIL_DOMAIN ?? null,
    allowHosts: v.ALLOW_HOSTS,
    tlsCaFile: v.TLS_CA_FILE ?? null,
    demo: v.DEMO ?? local,
    logLevel: v.LOG_LEVEL,
    rateLimits: v.RATE_LIMITS,
    signIn: allowedSignIn,
    allowPorts: v.ALLOW_PORTS,
    trustedProxies: v.TRUSTED_PROXIES,
    tlsPins: v.TLS_PINS,
    authservIds: v.AUTHSERV_IDS,
    dnsServers: v.DNS_SERVERS,
    maxUpload: v.MAX_UPLOAD,
    storageLimit: v.STORAGE_LIMIT ?? null,
    metricsToken: v.METRICS_TOKEN ?? null,
  };
}

function readVariables(env: Record<string, string | undefined>): Variables {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, text]) => text !== undefined && text.trim() !== ''),
  );
  const result = readable(() => variables.safeParse(set), 'TLS_CA_FILE');
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Error(`${issue?.path.join('.')} ${issue?.message}.`);
}

function fixedServers(v: Variables): FixedServers | null {
  const incoming = v.MAIL_IMAP ?? v.MAIL_POP3;
  if (!incoming && !v.MAIL_SMTP) {
    if (v.MAIL_SIEVE)
      throw new Error('MAIL_SIEVE needs MAIL_IMAP or MAIL_POP3 beside it, whose mail it filters.');
    return null;
  }
  if (!incoming) throw new Error('MAIL_SMTP needs MAIL_IMAP or MAIL_POP3 beside it, to read mail from.');
  if (!v.MAIL_SMTP)
    throw new Error(
      `${v.MAIL_IMAP ? 'MAIL_IMAP' : 'MAIL_POP3'} needs MAIL_SMTP beside it, to send mail through.`,
    );
  for (const [name, server] of Object.entries({
    MAIL_IMAP: v.MAIL_IMAP,
    MAIL_POP3: v.MAIL_POP3,
    MAIL_SMTP: v.MAIL_SMTP,
    MAIL_SIEVE: v.MAIL_SIEVE,
  })) {
    if (server?.security === 'none' && !mayBePlain(server.host, v.ALLOW_HOSTS)) {
      throw new Error(`${name} cannot have security=none: ${server.host} is not in ALLOW_HOSTS.`);
    }
  }
  const sieve = v.MAIL_SIEVE ? { sieve: v.MAIL_SIEVE } : {};
  return { kind: v.MAIL_IMAP ? 'imap' : 'pop3', incoming, outgoing: v.MAIL_SMTP, ...sieve };
}

/** A name may stand for an allowed address: that is known, and checked, only when it is resolved. */
function mayBePlain(server: string, allowHosts: string[]): boolean {
  return allowHosts.includes(server) || allowHosts.some((entry) => !value.isHostName(entry));
}

function sealingKey(v: Variables, dataDir: string): Buffer {
  if (v.SECRET_KEY) return v.SECRET_KEY;
  const text = readable(() => keyInDirectory(dataDir), 'DATA_DIR');
  const result = value.secretKey.safeParse(text);
  if (result.success) return result.data;
  throw new Error(`DATA_DIR holds a secret.key that is damaged: it ${result.error.issues[0]?.message}.`);
}

/** Turns a refusal of the file system into a sentence that names the variable. */
function readable<T>(read: () => T, name: string): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new Error(`${name} cannot be used: ${error.message}.`, { cause: error });
  }
}

function keyId(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

const store = globalThis as { gatepostConfig?: Config };

/** The configuration of this process, read once (Next has read `.env` by then). */
export function config(): Config {
  if (!store.gatepostConfig) {
    store.gatepostConfig = loadConfig(process.env);
    setLogLevel(store.gatepostConfig.logLevel);
  }
  return store.gatepostConfig;
}
