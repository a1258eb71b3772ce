/** Jobs that nobody waits for any more (design: search is cancellable). */
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
