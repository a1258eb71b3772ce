/** The rows about the process: memory, and how soon it is there again. */
import { setTimeout as pause } from 'node:timers/promises';
import { mailboxesRequest } from '@/lib/client/requests';
import { launch } from '@/test/standalone/processes';
import { figures, type Row, residentMegabytes, timed, until } from './measure';
import type { Stage } from './stage';

const STARTS = 3;
/** With the account open and an event stream, until what follows a start is over. */
const IDLE_MS = 10_000;
const START_LIMIT_MS = 120_000;

export async function processRows(stage: Stage): Promise<Row[]> {
  const { gatepost, jmap } = stage;
  const worked = await residentMegabytes(gatepost.pid);
  await gatepost.kill();
  await gatepost.start();
  await jmap.call(mailboxesRequest(stage.accountId));
  await pause(IDLE_MS);
  const idle = await residentMegabytes(gatepost.pid);
  await gatepost.kill();
  const starts: number[] = [];
  for (let i = 0; i < STARTS; i += 1) starts.push(await secondsToStart(stage));
  await gatepost.start();
  return [
    {
      what: `RSS, idle, one account of ${stage.sizes.messages} messages`,
      budget: '< 300 MB',
      p50: 300,
      unit: 'MB',
      gatepost: figures([idle]),
    },
    { what: 'RSS, after all rows above', budget: '', unit: 'MB', gatepost: figures([worked]) },
    { what: 'npm start, second time', budget: '< 3 s', p50: 3, unit: 's', gatepost: figures(starts) },
  ];
}

/** As a person starts it, checks of the build included, until the line with the address. */
async function secondsToStart({ gatepost, env }: Stage): Promise<number> {
  const { port } = new URL(gatepost.url);
  const npm = launch('npm', ['start'], {
    ...env,
    PORT: port,
    DATA_DIR: gatepost.dataDir,
    HOME: gatepost.dataDir,
    ALLOW_HOSTS: 'localhost,127.0.0.1',
  });
  const ms = await timed(() =>
    until(
      () => {
        if (npm.child.exitCode !== null) throw new Error(`npm start ended:\n${npm.stdout()}${npm.stderr()}`);
        return npm.stdout().includes('Gatepost is at');
      },
      5,
      START_LIMIT_MS,
    ),
  );
  npm.child.kill('SIGTERM');
  await npm.ended;
  return ms / 1000;
}
