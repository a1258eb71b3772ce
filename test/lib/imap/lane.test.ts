/** Jobs that nobody waits for any more (design: search is cancellable), and those that are not answered. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConnectionError } from '@/lib/errors';
import type { Connector } from '@/lib/imap/connector';
import { Lane } from '@/lib/imap/lane';
import type { ImapSession } from '@/lib/imap/session';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A server that never answers: what waits for it ends with its connection. */
function server() {
  let opened = 0;
  let broken = 0;
  const open = async () => {
    opened += 1;
    const closed = new AbortController();
    return {
      get alive() {
        return !closed.signal.aborted;
      },
      onClose: (listener: () => void) => closed.signal.addEventListener('abort', listener),
      close: () => closed.abort(),
      search: () =>
        new Promise((_, reject) => {
          closed.signal.addEventListener('abort', () =>
            reject(new ConnectionError('connectionLost', 'closed')),
          );
        }),
    };
  };
  const connector = {
    open,
    healthy: () => undefined,
    broke: () => {
      broken += 1;
    },
  } as unknown as Connector;
  return { lane: new Lane(connector, 'bulk', 30_000), opened: () => opened, broken: () => broken };
}

/** What a command gives when the server says nothing to it. */
const silence = () => new ConnectionError('connectionTimeout', 'the server fell silent');

const search = (session: ImapSession) => (session as unknown as { search(): Promise<void> }).search();
const OPTIONS = { urgent: false, retry: true };
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('end with their connection once they have taken a second, and are not run again', async () => {
  const { lane, opened, broken } = server();
  const left = new AbortController();
  const job = lane.run(search, { ...OPTIONS, left: left.signal });
  job.catch(() => undefined);
  await after(100);
  left.abort();
  await after(800);
  const next = lane.run(async () => 'next', OPTIONS);
  expect(opened()).toBe(1);
  await after(200);
  await expect(job).rejects.toMatchObject({ code: 'connectionLost' });
  expect(await next).toBe('next');
  expect([opened(), broken()]).toEqual([2, 0]);
});

it('that have not begun do not begin', async () => {
  const { lane, opened } = server();
  await expect(lane.run(search, { ...OPTIONS, left: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'connectionLost',
  });
  expect(opened()).toBe(0);
});

it('R22, pitfall 21: cost no more than a sign-in each half minute', async () => {
  const { lane, opened } = server();
  for (let n = 0; n < 20; n += 1) {
    const left = new AbortController();
    lane.run(search, { ...OPTIONS, left: left.signal }).catch(() => undefined);
    await after(2_000);
    left.abort();
    await after(1_000);
  }
  expect(opened()).toBeLessThanOrEqual(3);
});

it('whose time is up are not run again', async () => {
  const { lane, opened } = server();
  const time = new AbortController();
  const job = lane.run(
    (session) => {
      time.signal.addEventListener('abort', () => session.close());
      return search(session);
    },
    { ...OPTIONS, signal: time.signal },
  );
  job.catch(() => undefined);
  await after(1);
  time.abort();
  await expect(job).rejects.toMatchObject({ code: 'connectionLost' });
  expect(opened()).toBe(1);
});

it('R7: are not run again when a connection that was well falls silent: twice as long would be no clearer', async () => {
  const { lane } = server();
  await lane.run(async () => undefined, OPTIONS);
  const work = vi.fn().mockRejectedValue(silence());
  await expect(lane.run(work, OPTIONS)).rejects.toMatchObject({ code: 'connectionTimeout' });
  expect(work).toHaveBeenCalledTimes(1);
});

it('R8: are run again on a new connection when one that was long unused says nothing: it was dead', async () => {
  const { lane, opened } = server();
  const kept = new Lane(lane.connector, 'interactive', 10 * 60_000);
  await kept.run(async () => undefined, OPTIONS);
  await after(90_000);
  const work = vi.fn().mockRejectedValueOnce(silence()).mockResolvedValue('answer');
  expect(await kept.run(work, OPTIONS)).toBe('answer');
  expect([work.mock.calls.length, opened()]).toEqual([2, 2]);
});
