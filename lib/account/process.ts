/** Start and end of the server process. The work that must not be lost is on disk: ending is saying so and closing. */
import { errorFields, log, setLogLevel } from '@/lib/log';
import { rememberPeers } from '@/lib/net/peer';
import { resealCredentials } from './records';
import { type Runtime, runtime, startedRuntime } from './runtime';

/** `npm start` promises to end within 5 s. */
const STOP_MS = 4_500;
const PARENT_CHECK_MS = 1_000;

export async function startProcess(): Promise<void> {
  rememberPeers();
  try {
    const started = await runtime();
    setLogLevel(started.config.logLevel);
    reseal(started);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  process.once('SIGTERM', () => void end('SIGTERM'));
  process.once('SIGINT', () => void end('SIGINT'));
  watchParent();
}

/** After a change of SECRET_KEY, behind the first requests (security.md S24). */
function reseal({ databases, config, senderServers }: Runtime): void {
  Promise.all([resealCredentials(databases.main, config), senderServers.reseal()])
    .then(([accounts, senders]) => accounts + senders)
    .then((count) => count > 0 && log.info('credentials.resealed', { count }))
    .catch((error) => log.error('credentials.not-resealed', errorFields(error)));
}

/** A signal to `npm start` does not reach this process: without its parent it ends as well. */
function watchParent(): void {
  // Noted by scripts/start.mjs: by now the parent may have ended already.
  const { gatepostParent: parent = process.ppid } = globalThis as { gatepostParent?: number };
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    void end('parent ended');
  }, PARENT_CHECK_MS);
  timer.unref();
}

async function end(reason: string): Promise<void> {
  log.info('stop', { reason });
  const late = setTimeout(() => process.exit(0), STOP_MS);
  try {
    await (await startedRuntime())?.stop();
  } catch (error) {
    log.warn('stop.failed', errorFields(error));
  }
  clearTimeout(late);
  process.exit(0);
}
