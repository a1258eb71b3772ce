/**
 * R1, R2, R4, R6: a server that fails in every way at every phase, and a process that is killed (kill -9) at any step, by seed;
 * `npm run soak` plays hundreds. The judge is the server's journal.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Random, random } from '@/test/fixtures/random';
import { type Answer, type Phase, type ScriptedSmtp, startScriptedSmtp } from '@/test/servers/smtp';
import { ACCOUNT, openLife } from './life';

const SEEDS = Array.from({ length: Number(process.env.SOAK ?? 20) }, (_, n) => n + 1);
const MAILS = 4;
const DEATHS = process.env.SOAK ? 2 : 1;
const QUIET_MS = 400;
const CHILD = resolve(`test-output/killed-child-${process.pid}.mjs`);

// A process that compiles nothing starts in a third of the time.
beforeAll(async () => {
  await mkdir('test-output', { recursive: true });
  const entry = resolve('test/lib/outbox/killed-child.mts');
  await build({
    entryPoints: [entry],
    outfile: CHILD,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
});
afterAll(() => rm(CHILD, { force: true }));

/** One answer in six is a fault. */
function faultAt(phase: Phase, below: Random['below']): Answer | undefined {
  if (below(6) !== 0) return undefined;
  const faults: Answer[] = ['drop', '421 4.3.2 going down', '451 4.3.0 later', '550 5.7.1 no'];
  if (phase === 'dot') return (['drop', '452 4.3.1 full', '554 5.7.1 spam'] as const)[below(3)];
  if (phase === 'rcpt')
    return (['450 4.2.0 greylisted', '550 5.1.1 nobody', '452 4.5.3 too many'] as const)[below(3)];
  return faults[below(faults.length)];
}

/** Ends when it is dead; the ids that it told. */
async function liveUntilKilled(
  server: ScriptedSmtp,
  dataDir: string,
  first: number,
  diesAt: number,
  started: (kill: () => void) => void,
): Promise<string[]> {
  const args = [CHILD, String(server.port), dataDir, String(first), String(MAILS), String(diesAt)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  started(() => child.kill('SIGKILL'));
  const told: string[] = [];
  createInterface(child.stdout).on('line', (line) => {
    // Its log goes there too.
    if (/^s[0-9a-f]{20}$/.test(line)) told.push(line);
    // Where it had too little to do to die at its step, it dies a little later.
    if (told.length === MAILS) setTimeout(() => child.kill('SIGKILL'), QUIET_MS);
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return told;
}

it.each(SEEDS)(
  'each mail at most once, none lost, all at rest: seed %i',
  async (seed) => {
    const { below } = random(seed);
    const dataDir = await mkdtemp(join(tmpdir(), 'gatepost-killed-'));
    let kill: () => void = () => undefined;
    let diesIn = Number.POSITIVE_INFINITY;
    let peaceful = false;
    const server = await startScriptedSmtp({
      answer(phase) {
        diesIn -= 1;
        if (diesIn === 0) kill();
        return peaceful ? undefined : faultAt(phase, below);
      },
    });
    const told: string[] = [];
    try {
      for (let death = 0; death < DEATHS; death += 1) {
        const bySelf = below(2) === 0;
        const steps = 1 + below(MAILS * 3);
        diesIn = bySelf ? Number.POSITIVE_INFINITY : 1 + below(30);
        told.push(
          ...(await liveUntilKilled(server, dataDir, death * MAILS, bySelf ? steps : 0, (by) => {
            kill = by;
          })),
        );
      }
      diesIn = Number.POSITIVE_INFINITY;
      peaceful = true;
      await restAndJudge(server, dataDir, told);
    } finally {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
  60_000,
);

async function restAndJudge(server: ScriptedSmtp, dataDir: string, told: string[]): Promise<void> {
  const life = await openLife(dataDir, server.port, () => undefined);
  try {
    // As after a minute, or an hour: leases of the dead are over, what was put off is due.
    const hurry = () =>
      life.databases.main
        .updateTable('submission')
        .set({ next_try_at: Date.now(), lease_until: 0 })
        .where('state', 'in', ['held', 'due', 'connecting', 'data'])
        .where((eb) =>
          eb.or([eb('state', 'in', ['held', 'due']), eb('lease_until', '<', Date.now() + 45_000)]),
        )
        .execute();
    await hurry();
    life.outbox.start();
    const all = await vi.waitFor(
      async () => {
        const rows = await life.outbox.get(ACCOUNT, null);
        expect(rows.filter(({ undoStatus }) => undoStatus !== 'final')).toEqual([]);
        return rows;
      },
      { timeout: 150_000, interval: 50 },
    );
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(told));
    const taken = server.accepted.flatMap(({ to }) => to);
    expect(new Set(taken).size, `doubled: ${taken}`).toBe(taken.length);
    for (const { deliveryStatus } of all) {
      for (const [address, { delivered }] of Object.entries(deliveryStatus ?? {})) {
        if (delivered === 'queued') expect(taken).toContain(address);
        if (delivered === 'no') expect(taken).not.toContain(address);
      }
    }
  } finally {
    await life.close();
  }
}
