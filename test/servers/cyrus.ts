/** A real Cyrus IMAP server in a private directory, from packages that were only unpacked (scripts/unpack-cyrus.mjs). */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CyrusPorts, cyrusConf, imapdConf } from './cyrus-conf';
import { type Leashed, leash } from './leash';
import { freePorts } from './ports';
import { startSaslauthd } from './saslauthd';
import { type Certificate, createCertificate } from './tls';

const UNPACKED = join(process.cwd(), 'node_modules/.cache/cyrus');
const START_TIMEOUT_MS = 20_000;

/** False where it could not be unpacked (no Debian): what needs it is skipped. */
export const hasCyrus = existsSync(join(UNPACKED, 'usr/lib/cyrus/bin/pop3d'));

export interface CyrusServer {
  host: 'localhost';
  ports: CyrusPorts;
  tls: Certificate;
  /** Mailboxes come with the first sign-in. */
  addUser(name: string, password: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startCyrus(users: Record<string, string>): Promise<CyrusServer> {
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-cyrus-'));
  await chmod(directory, 0o755);
  const tls = await createCertificate(directory);
  const [imap = 0, imaps = 0, pop3 = 0] = await freePorts(3);
  const ports = { imap, imaps, pop3 };
  const user = process.getuid?.() === 0 ? 'mail' : userInfo().username;
  const bin = join(UNPACKED, 'usr/lib/cyrus/bin');
  for (const name of [
    'conf',
    'conf/socket',
    'conf/lock',
    'conf/proc',
    'conf/db',
    'conf/log',
    'spool',
    'auth',
  ]) {
    await mkdir(join(directory, name));
  }
  await writeFile(join(directory, 'imapd.conf'), imapdConf(directory, user, tls));
  await writeFile(join(directory, 'cyrus.conf'), cyrusConf(bin, directory, ports));
  if (process.getuid?.() === 0) await promisify(execFile)('chown', ['-R', `${user}:mail`, directory]);
  await chmod(tls.keyFile, 0o640);
  const passwords = new Map(Object.entries(users));
  const auth = await startSaslauthd(join(directory, 'auth/mux'), passwords);
  const master = await leash(directory, '/usr/bin/env', [
    `LD_LIBRARY_PATH=${libraryPath()}`,
    ...[join(bin, 'master'), '-C', join(directory, 'imapd.conf'), '-M', join(directory, 'cyrus.conf')],
    ...['-p', join(directory, 'master.pid')],
  ]);
  await waitFor(ports.imap, master);
  return {
    host: 'localhost',
    ports,
    tls,
    async addUser(name, password) {
      passwords.set(name, password);
    },
    async stop() {
      if (!master.exited()) await master.kill();
      await new Promise((closed) => auth.close(closed));
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Of this machine's kind: `usr/lib/x86_64-linux-gnu` ... */
function libraryPath(): string {
  return ['usr/lib', 'lib']
    .map((name) => join(UNPACKED, name))
    .flatMap((dir) => (existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : []))
    .filter((dir) => dir.endsWith('-linux-gnu'))
    .join(':');
}

async function waitFor(port: number, server: Leashed): Promise<void> {
  let complaint = '';
  server.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await greets(port))) {
    if (server.exited() || Date.now() > deadline) {
      await server.kill('SIGKILL');
      throw new Error(`Cyrus did not start: ${complaint}`);
    }
    await new Promise((next) => setTimeout(next, 50));
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    socket.setTimeout(2_000, () => done(false));
    socket.once('data', () => done(true));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}
