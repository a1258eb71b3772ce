/** Several large messages at once do not fill the memory, nor do they keep small ones waiting (security.md S28). */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ComposingRoom } from '@/lib/jmap/email/composing-room';
import { MAX_HELD } from '@/lib/source/source';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const MOST = MAX_HELD;

function entering(room: ComposingRoom, userId: string, bytes: number) {
  const entry = { isIn: false, error: null as unknown, leave: (): void => undefined };
  room.enter(userId, bytes).then(
    (leave) => Object.assign(entry, { isIn: true, leave }),
    (error: unknown) => Object.assign(entry, { error }),
  );
  return entry;
}
const turn = () => vi.advanceTimersByTimeAsync(0);

it('S28: a second one of the same user waits for the first, what has no files does not', async () => {
  const room = new ComposingRoom();
  const first = entering(room, 'u1', MOST);
  const second = entering(room, 'u1', 1);
  const small = entering(room, 'u1', 0);
  await turn();
  expect([first.isIn, second.isIn, small.isIn]).toEqual([true, false, true]);
  first.leave();
  await turn();
  expect(second.isIn).toBe(true);
});

it('S28: those of other users wait when all room is taken, and who needs less goes first', async () => {
  const room = new ComposingRoom();
  const inside = [entering(room, 'u1', MOST), entering(room, 'u2', MOST / 2)];
  const large = entering(room, 'u3', MOST);
  const less = entering(room, 'u4', MOST / 2);
  await turn();
  expect([large.isIn, less.isIn]).toEqual([false, true]);
  for (const { leave } of inside) leave();
  await turn();
  expect(large.isIn).toBe(true);
});

it('S28: who has waited for long is refused, and takes no room afterwards', async () => {
  const room = new ComposingRoom();
  const first = entering(room, 'u1', MOST);
  const second = entering(room, 'u1', MOST);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(second.error).toMatchObject({ code: 'rateLimit' });
  first.leave();
  const third = entering(room, 'u1', MOST);
  await turn();
  expect(third.isIn).toBe(true);
});
