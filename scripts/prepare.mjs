/**
 * Runs before `npm start`, `npm run dev` and `npm test`, on Node built-ins alone: installs when the lock file is newer
 * than what is installed, builds when the sources are newer than the build, and for tests makes sure that the mail
 * servers and the browser are there. Does nothing, quickly, when all is up to date.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackCyrus } from './unpack-cyrus.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const options = new Set(process.argv.slice(2));

/** Folders and files whose change makes the build old. */
const SOURCES = [
  'app',
  'components',
  'lib',
  'messages',
  'public',
  'instrumentation.ts',
  'proxy.ts',
  'next.config.js',
  'postcss.config.mjs',
  'scripts/compress.mjs',
  'tsconfig.json',
  'package-lock.json',
];

/** Debian package -> a program that it brings. */
const TEST_PROGRAMS = {
  'dovecot-imapd': '/usr/lib/dovecot/imap',
  'dovecot-pop3d': '/usr/lib/dovecot/pop3',
  'dovecot-lmtpd': '/usr/lib/dovecot/lmtp',
  'dovecot-sieve': '/usr/bin/sievec',
  'dovecot-managesieved': '/usr/lib/dovecot/managesieve',
  postfix: '/usr/sbin/postfix',
  chromium: '/usr/bin/chromium',
  openssl: '/usr/bin/openssl',
};

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function mtime(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((max, name) => Math.max(max, newest(join(path, name))), stat.mtimeMs);
}

function run(command, args, env = {}) {
  // With NODE_ENV=production npm would leave out what the build needs.
  const { NODE_ENV: _, ...inherited } = process.env;
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...inherited, ...env } });
  if (result.status !== 0) fail(`${command} ${args.join(' ')} failed; see above.`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Gatepost needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
}

function install() {
  if (mtime(join(root, 'node_modules/.package-lock.json')) >= mtime(join(root, 'package-lock.json'))) return;
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
}

/** The standalone server does not carry what a CDN may serve; ours serves it itself. */
function completeStandalone() {
  cpSync(join(root, '.next/static'), join(root, '.next/standalone/.next/static'), { recursive: true });
  cpSync(join(root, 'public'), join(root, '.next/standalone/public'), { recursive: true });
}

function build() {
  const built = mtime(join(root, '.next/BUILD_ID'));
  if (built > 0 && SOURCES.every((source) => newest(join(root, source)) <= built)) return;
  run('npm', ['run', 'build'], { NEXT_TELEMETRY_DISABLED: '1' });
  completeStandalone();
}

function installTestServers() {
  const missing = Object.entries(TEST_PROGRAMS)
    .filter(([, program]) => !existsSync(program))
    .map(([name]) => name);
  if (!hasPostgres()) missing.push('postgresql');
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    fail(`The tests need real mail servers and a browser. Install them first:\n  sudo sh -c '${command}'`);
  }
  run('sh', ['-c', command], { DEBIAN_FRONTEND: 'noninteractive' });
}

/** Debian keeps the server's programs outside the PATH, a folder for each version. */
function hasPostgres() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  return (
    versions.some((version) => existsSync(`/usr/lib/postgresql/${version}/bin/initdb`)) ||
    process.env.PATH.split(':').some((folder) => existsSync(join(folder, 'initdb')))
  );
}

checkNode();
install();
if (options.has('--test')) {
  installTestServers();
  if (!unpackCyrus()) process.stderr.write('Cyrus cannot be had from Debian here: its tests are skipped.\n');
}
if (!options.has('--install-only')) build();
