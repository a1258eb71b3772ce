/**
 * Starts Gatepost in this process (no child that could be left behind): the standalone server that `next build` made. Prints one line with the address when it answers.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// lib/account/process.ts ends with the parent, also with one that ends while the server is loading.
globalThis.gatepostParent = process.ppid;

/** Longer than a proxy keeps a connection to us (nginx: 60 s); else one is closed under the request that comes just then. */
const keepAliveTimeout = 75_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (existsSync('.env')) process.loadEnvFile('.env');
const host = process.env.HOST || 'localhost';
const port = Number(process.env.PORT || 3000);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  process.stderr.write(`PORT must be a number from 1 to 65535, not "${process.env.PORT}".\n`);
  process.exit(1);
}
// The server changes into its own folder; what the operator wrote is relative to theirs.
process.env.DATA_DIR = resolve(process.env.DATA_DIR || 'data');
process.env.BASE_URL ||= `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
process.env.PORT = String(port);
// instrumentation.ts handles the signals: open event streams are told, the outbox is drained.
process.env.NEXT_MANUAL_SIG_HANDLE = '1';
process.env.NEXT_TELEMETRY_DISABLED = '1';
process.env.NODE_ENV = 'production';

/** The folder that holds the built server: beside this script in an image, under .next in a checkout. */
function serverFolder() {
  const built = join(root, '.next/standalone');
  return existsSync(built) ? built : root;
}

/** Where this machine itself reaches the host that is listened on. */
function reachable(name) {
  if (name === '0.0.0.0' || name === '::') return 'localhost';
  return name.includes(':') ? `[${name}]` : name;
}

const WHY_NOT = {
  EADDRINUSE: `Port ${port} of ${host} is taken by another program: stop that one, or set PORT to another number.`,
  EADDRNOTAVAIL: `HOST is "${host}", which is no address of this machine.`,
  ENOTFOUND: `HOST is "${host}", which is no name that this machine knows.`,
  EACCES: `Port ${port} may not be used by this user: set PORT to a number above 1023.`,
};

/** Asked before Next does, which would answer with a stack. */
function canListen() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(new Error(WHY_NOT[error.code] ?? error.message)));
    probe.listen({ host, port, exclusive: true }, () => probe.close(resolve));
  });
}

async function start() {
  await canListen();
  const dir = serverFolder();
  const require = createRequire(join(dir, 'package.json'));
  process.chdir(dir);
  const { config } = require(join(dir, '.next/required-server-files.json'));
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
  require('next');
  const { startServer } = require('next/dist/server/lib/start-server');
  // Next's banner names an address of its own; ours is BASE_URL.
  const print = console.log;
  console.log = () => undefined;
  await startServer({ dir, isDev: false, hostname: host, port, allowRetry: false, keepAliveTimeout });
  console.log = print;
  // In production Next listens before instrumentation.ts has read the configuration: the first answer waits for it.
  await fetch(`http://${reachable(host)}:${port}/api/health`);
  process.stdout.write(`Gatepost is at ${process.env.BASE_URL}\n`);
  // The code of the first page is there before somebody asks; stopped meanwhile, nobody will.
  await fetch(`http://${reachable(host)}:${port}/sign-in`).catch(() => undefined);
}

start().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
