/** Gatepost as a user starts it: the built server in a process of its own, with a data directory of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from './ports';

const root = fileURLToPath(new URL('../..', import.meta.url));
const START_TIMEOUT_MS = 60_000;

export interface GatepostServer {
  url: string;
  dataDir: string;
  pid: number;
  /** All that it printed. */
  output(): string;
  /** Ends the process; resolves with its exit code, null if a signal ended it. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  /** Starts again on the same port and data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** `env` is added to a bare environment: what the machine has set plays no part. */
export async function startGatepost(env: Record<string, string> = {}): Promise<GatepostServer> {
  const [port = 0] = await freePorts(1);
  const dataDir = await mkdtemp(join(tmpdir(), 'gatepost-data-'));
  const url = `http://localhost:${port}`;
  let child: ChildProcess;
  let printed = '';

  async function start(): Promise<void> {
    printed = '';
    child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
      cwd: dataDir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: dataDir,
        NODE_ENV: 'production',
        PORT: String(port),
        DATA_DIR: dataDir,
        ALLOW_HOSTS: 'localhost,127.0.0.1',
        RATE_LIMITS: 'off',
        ...env,
      },
    });
    const collect = (chunk: Buffer) => {
      printed += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const exited = once(child, 'exit').then(() => {
      throw new Error(`Gatepost ended at its start:\n${printed}`);
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`Gatepost did not start:\n${printed}`)), START_TIMEOUT_MS);
    });
    const ready = new Promise<void>((resolve) => {
      child.stdout?.on('data', () => printed.includes('Gatepost is at') && resolve());
    });
    try {
      await Promise.race([ready, exited, late]);
    } finally {
      clearTimeout(timer);
      exited.catch(() => undefined);
    }
  }

  async function kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
    return child.exitCode;
  }

  await start();
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    url,
    dataDir,
    get pid() {
      return child.pid ?? 0;
    },
    output: () => printed,
    kill,
    start,
    async stop() {
      await kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
