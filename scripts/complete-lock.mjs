/**
 * Adds to package-lock.json the builds for other platforms that npm left out because the registry it was made behind
 * does not list them. Without the entries `npm ci` fails with EUSAGE, and macOS and Windows get no compiler.
 * Run after every change of dependencies: `node scripts/complete-lock.mjs`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PLATFORMS = ['android', 'darwin', 'freebsd', 'linux', 'openbsd', 'netbsd', 'sunos', 'aix', 'win32'];
const PROCESSORS = [
  'arm64',
  'x64',
  'ia32',
  'arm',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
];

/** @returns [path, name, version] of each exact optional dependency that the lock does not hold */
export function missingFrom(lock) {
  return Object.entries(lock.packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !(`${path}/node_modules/${name}` in lock.packages))
      .filter(([name, version]) => !(`node_modules/${name}` in lock.packages) && /^\d/.test(version))
      .map(([name, version]) => [`node_modules/${name}`, name, version]),
  );
}

function entryFor(name, version) {
  const words = name.split(/[-/]/);
  const os = PLATFORMS.filter((word) => words.includes(word));
  const cpu = PROCESSORS.filter((word) => words.some((part) => part === word || part.startsWith(`${word}-`)));
  const entry = { version, optional: true };
  if (words.includes('arm') || words.includes('armv7')) return { ...entry, cpu: ['arm'], os };
  return { ...entry, ...(cpu.length ? { cpu } : {}), ...(os.length ? { os } : {}) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  for (const [path, name, version] of missingFrom(lock)) lock.packages[path] = entryFor(name, version);
  const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
}
