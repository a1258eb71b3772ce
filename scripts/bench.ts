/**
 * `npm run bench`: the budgets on loopback servers, each beside the bare protocol on the same data in the same
 * run. `-- --messages 10000` makes it small, `--only list,send` picks groups, `--json FILE` keeps the figures. The rows of
 * `first` belong to every run: they sign in and wait until the index is complete.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Row } from '@/test/bench/measure';
import { crowdRows, idleRows } from '@/test/bench/rows-crowd';
import { hugeRows } from '@/test/bench/rows-huge';
import { importRows } from '@/test/bench/rows-import';
import { coldRows, listRows, mailboxRows, searchRows } from '@/test/bench/rows-list';
import { changeRows, downloadRows, openRows } from '@/test/bench/rows-message';
import { clickRows, pageRows } from '@/test/bench/rows-page';
import { processRows } from '@/test/bench/rows-process';
import { scaleRows } from '@/test/bench/rows-scale';
import { bodyRows, sortRows } from '@/test/bench/rows-search';
import { sendRows } from '@/test/bench/rows-send';
import { type Stage, setStage } from '@/test/bench/stage';
import { formatTable } from '@/test/bench/table';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** In this order: each leaves the mailbox as the next one can use it. */
const GROUPS: Record<string, (stage: Stage) => Promise<Row[]>> = {
  first: async () => [],
  list: listRows,
  sort: sortRows,
  open: openRows,
  change: changeRows,
  folders: mailboxRows,
  search: searchRows,
  body: bodyRows,
  download: downloadRows,
  huge: (stage) => hugeRows(stage, Number(values.huge)),
  send: sendRows,
  import: importRows,
  page: pageRows,
  click: clickRows,
  process: processRows,
  users: crowdRows,
  idle: () => idleRows(Number(values.accounts)),
  scale: () => scaleRows(Number(values.scale)),
};

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    only: { type: 'string', default: Object.keys(GROUPS).join() },
    json: { type: 'string' },
    /** Megabytes of the one mail of `huge`. */
    huge: { type: 'string', default: '2000' },
    /** Of `idle`. */
    accounts: { type: 'string', default: '1000' },
    /** Messages of `scale`. */
    scale: { type: 'string', default: '1000000' },
    /** Takes the build that is there, for work on the bench itself. */
    'as-built': { type: 'boolean', default: false },
  },
});

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

async function run(): Promise<void> {
  const messages = Number(values.messages);
  if (!Number.isInteger(messages) || messages < 1000) fail('--messages is a number from 1000.');
  const chosen = values.only.split(',').map((name) => {
    const group = GROUPS[name];
    return group ? { name, group } : fail(`--only takes ${Object.keys(GROUPS).join(', ')}; not "${name}".`);
  });
  if (!values['as-built']) {
    const prepared = spawnSync(process.execPath, ['scripts/prepare.mjs'], { cwd: root, stdio: 'inherit' });
    if (prepared.status !== 0) fail('Gatepost could not be built; see above.');
  }
  const machine = {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? '',
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    load: loadavg().map((value) => Number(value.toFixed(1))),
  };
  process.stdout.write(
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGigabytes} GB, Node ${machine.node}, load ${machine.load.join(' ')}\n`,
  );
  const rows: Row[] = [];
  const failures: string[] = [];
  const progress = (text: string) => process.stderr.write(`${text} ...\n`);
  progress(`${messages} messages`);
  // A run may take an hour, and be cut short.
  const keep = (more: Row[]) => {
    rows.push(...more);
    if (more.length > 0) process.stderr.write(formatTable(more));
  };
  const small = Math.min(messages, 10_000);
  const stage = await setStage(join(tmpdir(), 'gatepost-bench'), { messages, small });
  try {
    progress('first');
    keep(await coldRows(stage));
    for (const { name, group } of chosen) {
      progress(name);
      // One group that fails does not cost the others their rows.
      await group(stage).then(keep, (error) =>
        failures.push(`${name}: ${error instanceof Error ? error.stack : error}`),
      );
    }
  } finally {
    process.stdout.write(`\n${formatTable(rows)}`);
    await stage.stop();
  }
  if (values.json !== undefined) {
    const result = { takenAt: new Date().toISOString(), machine, messages, rows, failures };
    writeFileSync(resolve(values.json), `${JSON.stringify(result, null, 2)}\n`);
  }
  if (failures.length > 0) throw new Error(`Not measured:\n${failures.join('\n')}`);
}

run().then(
  () => process.exit(0),
  (error) => fail(error instanceof Error ? error.message : String(error)),
);
