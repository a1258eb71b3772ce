/** A real Postgres in a private directory, without fsync, ready in about a second; ends with the test run. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { leash } from './leash';
import { freePorts } from './ports';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';
const START_TIMEOUT_MS = 20_000;

export interface PostgresServer {
  /** A new, empty database; its URL. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Started once for a test file. */
let shared: Promise<PostgresServer> | null = null;

export function sharedPostgres(): Promise<PostgresServer> {
  shared ??= startPostgres();
  return shared;
}

export async function startPostgres(): Promise<PostgresServer> {
  const bin = binaries();
  const user = await serverUser();
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-postgres-'));
  if (user) await chown(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const [port = 0] = await freePorts(1);
  // Run as the caller, or, for root, which Postgres refuses, as the user that Debian made for it.
  const as = user
    ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--']
    : ['env'];
  const [command = '', ...prefix] = as;
  await run(
    command,
    [
      ...prefix,
      join(bin, 'initdb'),
      ...['-D', data, '-U', 'gatepost', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    ],
    { cwd: directory },
  );
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  };
  const server = await leash(directory, command, [
    ...prefix,
    join(bin, 'postgres'),
    ...['-D', data, '-p', String(port)],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  server.stderr.resume();
  const url = (database: string) => `postgres://gatepost@127.0.0.1:${port}/${database}`;
  await answering(url('postgres'), () => server.exited());
  let created = 0;
  return {
    async createDatabase() {
      created += 1;
      await execute(url('postgres'), `create database test_${created}`);
      return url(`test_${created}`);
    },
    async stop() {
      // SIGINT is "fast": open connections are closed.
      await server.kill('SIGINT');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function binaries(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const found = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    '/usr/local/bin',
    '/usr/bin',
  ].find((bin) => existsSync(join(bin, 'initdb')));
  if (found === undefined) throw new Error('Postgres is not installed: apt-get install postgresql');
  return found;
}

async function serverUser(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const id = async (option: string) => Number((await run('id', [option, 'postgres'])).stdout.trim());
  return { uid: await id('-u'), gid: await id('-g') };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function answering(url: string, exited: () => boolean): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await execute(url, 'select 1');
    } catch (error) {
      if (exited() || Date.now() > deadline) throw new Error('Postgres did not start', { cause: error });
      await pause(20);
    }
  }
}
