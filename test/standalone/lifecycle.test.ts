/** How Gatepost starts, refuses to start, and ends; as a person starts it, with the build that is there. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { freePorts } from '@/test/servers/ports';
import { descendantsOf, isRunning, launch, root, type Started } from './processes';

const ALICE = 'alice@example.org';
/** Busy machines start slowly; how soon Gatepost ends is what is promised. */
vi.setConfig({ testTimeout: 90_000 });
const STOP_MS = 5_000;
const START_MS = 60_000;

let dovecot: DovecotServer;
let directory: string;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [ALICE]: 'secret' } });
  directory = await mkdtemp(join(tmpdir(), 'gatepost-lifecycle-'));
});
afterAll(async () => {
  // What a failed test left.
  for (const pid of [...seen].filter(isRunning)) process.kill(pid, 'SIGKILL');
  await rm(directory, { recursive: true, force: true });
  await dovecot?.stop();
});

interface Running extends Started {
  url: string;
  dataDir: string;
}

/** Every process of every start. */
const seen = new Set<number>();
const node = [process.execPath, join(root, 'scripts/start.mjs')];
let started = 0;

async function environment(): Promise<Record<'PORT' | 'DATA_DIR' | 'HOME', string>> {
  const [port] = await freePorts(1);
  started += 1;
  return { PORT: String(port), DATA_DIR: join(directory, `data-${started}`), HOME: directory };
}

async function start([command = '', ...args]: string[], more: Record<string, string> = {}): Promise<Running> {
  const env = await environment();
  const running = launch(command, args, { ...env, ...more });
  await vi.waitFor(() => {
    if (running.child.exitCode !== null) throw new Error(`it ended:\n${running.stderr()}`);
    expect(running.stdout()).toContain('Gatepost is at');
  }, START_MS);
  for (const pid of family(running)) seen.add(pid);
  return { ...running, url: `http://localhost:${env.PORT}`, dataDir: env.DATA_DIR };
}

/** The started process first. */
function family({ child }: Started): number[] {
  const pid = child.pid ?? 0;
  return [pid, ...descendantsOf(pid)];
}

async function endsWithin(ms: number, pids: number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: ms, interval: 50 });
}

/** Reads on until the server ends the stream; rejects when the connection is cut instead. */
async function readToItsEnd(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  while (reader && !(await reader.read()).done);
}

describe('start', () => {
  it('prints one line, the address, which answers', async () => {
    const { stdout, url, child, ended } = await start(node);
    expect(stdout()).toBe(`Gatepost is at ${url}\n`);
    expect(await (await fetch(`${url}/api/health`)).json()).toEqual({ status: 'ok' });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('S24: makes the data directory and the key for nobody else', async () => {
    const { dataDir, child, ended } = await start(node);
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await mode(dataDir)).toBe('700');
    expect(await mode(join(dataDir, 'secret.key'))).toBe('600');
    child.kill('SIGTERM');
    await ended;
  });

  it.each([
    ['PORT', { PORT: 'http' }],
    ['BASE_URL', { BASE_URL: 'http://mail.example.org' }],
    ['SECRET_KEY', { SECRET_KEY: 'short' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/mail' }],
    ['MAIL_IMAP', { MAIL_IMAP: 'imaps://imap.example.org' }],
    ['BLOB_URL', { BLOB_URL: 's3://bucket' }],
    ['DATA_DIR', { DATA_DIR: join(root, 'package.json') }],
  ])('a wrong %s stops it with one sentence', async (name, wrong) => {
    const [command = '', ...args] = node;
    const refused = launch(command, args, { ...(await environment()), ...wrong });
    expect(await refused.ended).not.toBe(0);
    expect(refused.stdout()).toBe('');
    expect(refused.stderr()).toMatch(new RegExp(`^${name} [^\\n]+\\.\\n$`));
  });

  it.each([
    [{ DATA_DIR: '/dev/null/data' }, /^DATA_DIR cannot be used: .+\n$/],
    [{ PORT: '80000' }, /^PORT must be a number from 1 to 65535, not "80000"\.\n$/],
    [
      { HOST: '192.0.2.1', BASE_URL: 'http://localhost:3000' },
      /^HOST is "192\.0\.2\.1", which is no address of this machine\.\n$/,
    ],
  ])('%j stops it with one sentence', async (wrong, sentence) => {
    const [command = '', ...args] = node;
    const refused = launch(command, args, { ...(await environment()), ...wrong });
    expect(await refused.ended).not.toBe(0);
    expect(refused.stderr()).toMatch(sentence);
    expect(refused.stdout()).toBe('');
  });

  it('a port that is taken stops it with a sentence', async () => {
    const first = await start(node);
    const [command = '', ...args] = node;
    const env = { ...(await environment()), PORT: new URL(first.url).port };
    const second = launch(command, args, env);
    expect(await second.ended).not.toBe(0);
    expect(second.stderr()).toBe(
      `Port ${env.PORT} of localhost is taken by another program: stop that one, or set PORT to another number.\n`,
    );
    expect(second.stdout()).toBe('');
    first.child.kill('SIGTERM');
    await first.ended;
  });
});

describe('end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: open event streams are told, nothing stays',
    async (signal) => {
      const running = await start(node, {
        MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
        MAIL_SMTP: 'smtps://localhost:465',
        TLS_CA_FILE: dovecot.tls.caFile,
        ALLOW_HOSTS: 'localhost,127.0.0.1',
      });
      const headers = { Authorization: `Basic ${Buffer.from(`${ALICE}:secret`).toString('base64')}` };
      const stream = await fetch(`${running.url}/jmap/events?types=*&closeafter=no&ping=0`, { headers });
      expect(stream.status).toBe(200);
      const streamEnds = readToItsEnd(stream);
      const pids = family(running);
      running.child.kill(signal);
      await Promise.all([streamEnds, endsWithin(STOP_MS, pids)]);
      expect(await running.ended).toBe(0);
    },
  );

  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    '%s to the npm start process alone ends the server too',
    async (signal) => {
      const running = await start(['npm', 'start']);
      const pids = family(running);
      expect(pids.length).toBeGreaterThan(1);
      running.child.kill(signal);
      await endsWithin(STOP_MS, pids);
      await expect(fetch(`${running.url}/api/health`)).rejects.toThrow();
    },
    90_000,
  );
});
