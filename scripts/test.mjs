/** `npm test`: types, lint, dead code, then every test; closes with one line of counts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, 'test-output/vitest.json');

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

mkdirSync(dirname(report), { recursive: true });
rmSync(report, { force: true });
const checked = run('npm', ['run', '--silent', 'check']);
const tested = run(process.execPath, [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const counts = JSON.parse(readFileSync(report, 'utf8'));
process.stdout.write(
  `${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests} skipped\n`,
);
process.exit(checked || tested);
