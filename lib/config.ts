/** Configuration: environment variables, read and validated here and nowhere else (design: Configuration). */
import type { LogLevel } from '@/lib/log';
import type { Endpoint } from '@/lib/net/types';

export interface FixedServers {
  kind: 'imap' | 'pop3';
  incoming: Endpoint;
  outgoing: Endpoint;
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
}
