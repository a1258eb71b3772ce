/** `npm test`: types, lint, dead code, then every test; closes with one line of counts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, 'test-output/vitest.json');

/** More failing files than this are not a slow moment. */
const AGAIN_AT_MOST = 5;

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function test(...args) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args]);
  return { status, ...JSON.parse(readFileSync(report, 'utf8')) };
}

/**
 * The tests of a browser file follow each other on one page: a test that is tried again there starts where the failed one left it.
 * So in CI a file that failed is run once more, whole, with servers and a browser of its own and nothing beside it.
 */
function again(first) {
  const files = first.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (!process.env.CI || files.length === 0 || files.length > AGAIN_AT_MOST) return first;
  process.stdout.write(`Once more:\n${files.map((file) => `  ${relative(root, file)}\n`).join('')}`);
  const second = test('--no-file-parallelism', ...files);
  return {
    status: second.status,
    numPassedTests: first.numPassedTests + first.numFailedTests - second.numFailedTests,
    numFailedTests: second.numFailedTests,
    numPendingTests: first.numPendingTests,
  };
}

mkdirSync(dirname(report), { recursive: true });
rmSync(report, { force: true });
const checked = run('npm', ['run', '--silent', 'check']);
const counts = again(test(...process.argv.slice(2)));
process.stdout.write(
  `${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests} skipped\n`,
);
process.exit(checked || counts.status);
