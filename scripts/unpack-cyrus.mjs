/**
 * Cyrus IMAP beside Dovecot: Debian's packages exclude each other, so the packages are downloaded and unpacked into
 * node_modules/.cache, where test/servers/cyrus.ts finds them. Nothing is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules/.cache');
const TARGET = join(CACHE, 'cyrus');
const PACKAGES = ['cyrus-imapd', 'cyrus-pop3d', 'cyrus-common'];
/** Of the package that was added last: what was unpacked before lacks it. */
const NEWEST = join(TARGET, 'usr/lib/cyrus/bin/pop3d');
/** Only a virus scanner of Cyrus' own needs it. */
const NOT_NEEDED = /clamav/;

/** @returns what it says; null if it failed */
function run(command, args, cwd) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return result.status === 0 ? result.stdout : null;
}

/** Libraries that the packages name and this system lacks. */
function libraries() {
  const named = run('apt-cache', ['depends', '--no-recommends', '--no-suggests', ...PACKAGES]) ?? '';
  const wanted = [...named.matchAll(/Depends: (lib[a-z0-9.+-]+)/g)].map(([, name]) => name);
  const installed = (run('dpkg-query', ['-W']) ?? '').split('\n').map((line) => line.split(/[:\t]/)[0]);
  return [...new Set(wanted)].filter((name) => !installed.includes(name) && !NOT_NEEDED.test(name));
}

function download(folder) {
  const get = () => run('apt-get', ['download', ...PACKAGES, ...libraries()], folder) !== null;
  // The lists may never have been read, or be too old for what the mirror still has.
  return get() || (process.getuid() === 0 && run('apt-get', ['update']) !== null && get());
}

/** @returns false where there is no Debian to take it from */
export function unpackCyrus() {
  if (existsSync(NEWEST)) return true;
  if (!existsSync('/etc/debian_version')) return false;
  const fresh = `${TARGET}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    if (!download(fresh)) return false;
    const archives = readdirSync(fresh).filter((file) => file.endsWith('.deb'));
    if (!archives.every((name) => run('dpkg', ['-x', name, '.'], fresh) !== null)) return false;
    for (const name of archives) rmSync(join(fresh, name));
    rmSync(TARGET, { recursive: true, force: true });
    renameSync(fresh, TARGET);
    return true;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
