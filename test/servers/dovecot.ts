/** A real Dovecot in a private directory: IMAP, POP3, ManageSieve and LMTP on free loopback ports, ready in 0.2 s. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DovecotPorts, dovecotConf, serverUsers } from './dovecot-conf';
import { type Leashed, leash } from './leash';
import { type Delivery, deliverTo, maildirOf, makeMaildir } from './maildir';
import { freePorts } from './ports';
import { type Certificate, type CertificateOptions, createCertificate } from './tls';

const BINARY = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot'].find(existsSync);
const START_TIMEOUT_MS = 15_000;

export interface DovecotOptions {
  /** name -> password; names are whole addresses or bare. */
  users?: Record<string, string>;
  /** Appended to the configuration; a later setting wins. */
  config?: string;
  certificate?: CertificateOptions;
}

export interface DovecotServer {
  host: 'localhost';
  ports: DovecotPorts;
  tls: Certificate;
  directory: string;
  addUser(name: string, password: string): Promise<void>;
  /** The password of the user changes; sessions that are open live on. */
  setPassword(name: string, password: string): Promise<void>;
  /** Through the file system, as a delivery by another program. */
  deliver(user: string, raw: Buffer | string, delivery?: Delivery): Promise<void>;
  /** Runs `doveadm` on this server: `doveadm('expunge', '-u', user, ...)`. */
  doveadm(...args: string[]): Promise<string>;
  log(): Promise<string>;
  /** Sockets break; `start` again on the same ports with the same mail. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  restart(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

export async function startDovecot(options: DovecotOptions = {}): Promise<DovecotServer> {
  if (!BINARY) {
    throw new Error(
      'Dovecot is not installed: apt-get install dovecot-imapd dovecot-pop3d dovecot-lmtpd dovecot-managesieved',
    );
  }
  const binary = BINARY;
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-dovecot-'));
  // Dovecot's own users must pass through; mkdtemp makes 0700.
  await chmod(directory, 0o755);
  const tls = await createCertificate(directory, options.certificate);
  const owner = await mailOwner();
  const ports = await choosePorts();
  const conf = join(directory, 'dovecot.conf');
  const passwords = new Map(Object.entries(options.users ?? {}));
  await mkdir(join(directory, 'home'));
  if (owner) await chown(join(directory, 'home'), owner.uid, owner.gid);
  await writeFile(conf, dovecotConf(directory, ports, tls, options.config ?? ''));
  await writePasswords();

  let process = await launch();

  async function writePasswords(): Promise<void> {
    const lines = [...passwords].map(([name, password]) => `${name}:{PLAIN}${password}::::::\n`);
    await writeFile(join(directory, 'users.new'), lines.join(''));
    await rename(join(directory, 'users.new'), join(directory, 'users'));
  }

  /** Dovecot looks at the file once a second at most. */
  async function setPassword(name: string, password: string): Promise<void> {
    passwords.set(name, password);
    await writePasswords();
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await accepts(name, password))) {
      if (Date.now() > deadline) throw new Error(`Dovecot does not take the password of ${name}`);
      await new Promise((next) => setTimeout(next, 100));
    }
  }

  function accepts(name: string, password: string): Promise<boolean> {
    return promisify(execFile)('doveadm', ['-c', conf, 'auth', 'test', name, password]).then(
      () => true,
      () => false,
    );
  }

  async function launch(): Promise<Leashed> {
    const started = await leash(directory, binary, ['-F', '-c', conf]);
    await waitForPort(ports.imap, started, log);
    return started;
  }

  async function log(): Promise<string> {
    const file = join(directory, 'dovecot.log');
    return existsSync(file) ? readFile(file, 'utf8') : '';
  }

  const server: DovecotServer = {
    host: 'localhost',
    ports,
    tls,
    directory,
    log,
    addUser: setPassword,
    setPassword,
    async deliver(user, raw, delivery = {}) {
      const bytes = typeof raw === 'string' ? Buffer.from(raw.replace(/\r?\n/g, '\r\n')) : raw;
      const home = join(directory, 'home', user);
      const target = maildirOf(home, delivery.mailbox ?? 'INBOX');
      if (!existsSync(join(target, 'cur'))) {
        for (const dir of [home, join(home, 'Maildir')]) {
          const made = await mkdir(dir, { recursive: true, mode: 0o700 });
          if (made !== undefined && owner) await chown(dir, owner.uid, owner.gid);
        }
        await makeMaildir(target, owner);
      }
      await deliverTo(target, bytes, delivery, owner);
    },
    async doveadm(...args) {
      const { stdout } = await promisify(execFile)('doveadm', ['-c', conf, ...args]);
      return stdout;
    },
    async kill(signal) {
      await process.kill(signal);
    },
    async start() {
      process = await launch();
    },
    async restart() {
      await process.kill();
      process = await launch();
    },
    async stop() {
      if (!process.exited()) await process.kill();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return server;
}

async function choosePorts(): Promise<DovecotPorts> {
  const [imap = 0, imaps = 0, pop3 = 0, pop3s = 0, sieve = 0, lmtp = 0] = await freePorts(6);
  return { imap, imaps, pop3, pop3s, sieve, lmtp };
}

/** Whom the mail files must belong to; null when that is us. */
async function mailOwner(): Promise<{ uid: number; gid: number } | null> {
  const users = serverUsers();
  if (!users.root) return null;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (which) => {
      const { stdout } = await promisify(execFile)('id', [which, users.mail]);
      return Number(stdout);
    }),
  );
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

async function waitForPort(port: number, server: Leashed, log: () => Promise<string>): Promise<void> {
  let complaint = '';
  server.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (server.exited() || Date.now() > deadline) {
      await server.kill('SIGKILL');
      throw new Error(`Dovecot did not start:\n${complaint}${await log()}`);
    }
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** True once a greeting arrives: the listener exists before its service works. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    socket.once('data', () => done(true));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}
