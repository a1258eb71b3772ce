import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GAP_MS, IDLE_MS, RETRY_MS, SaveSchedule } from '@/lib/client/composer/save-schedule';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function counted(answers: boolean[] = []) {
  const saves: number[] = [];
  const schedule = new SaveSchedule(async () => {
    saves.push(Date.now());
    return answers[saves.length - 1] ?? true;
  });
  return { saves, schedule };
}

test('pitfall 15: saves two seconds after the last key, not at each', async () => {
  const { saves, schedule } = counted();
  for (let key = 0; key < 5; key += 1) {
    schedule.touched();
    await vi.advanceTimersByTimeAsync(IDLE_MS - 1);
  }
  expect(saves).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(saves).toHaveLength(1);
});

test('pitfall 15: saves not oftener than every ten seconds', async () => {
  const { saves, schedule } = counted();
  for (let second = 0; second < 60; second += 3) {
    schedule.touched();
    await vi.advanceTimersByTimeAsync(3_000);
  }
  const gaps = saves.slice(1).map((time, index) => time - (saves[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(GAP_MS);
  expect(saves.length).toBeGreaterThanOrEqual(5);
});

test('a flush is at once and waits for the one that runs', async () => {
  let running = 0;
  let most = 0;
  const schedule = new SaveSchedule(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 500));
    running -= 1;
    return true;
  });
  schedule.touched();
  const first = schedule.flush();
  schedule.touched();
  const second = schedule.flush();
  expect(schedule.dirty).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([await first, await second]).toEqual([true, true]);
  expect(most).toBe(1);
  expect(schedule.dirty).toBe(false);
});

test('what failed stays to be saved and is tried again', async () => {
  const { saves, schedule } = counted([false, true]);
  schedule.touched();
  expect(await schedule.flush()).toBe(false);
  expect(schedule.dirty).toBe(true);
  await vi.advanceTimersByTimeAsync(RETRY_MS);
  expect(saves).toHaveLength(2);
  expect(schedule.dirty).toBe(false);
});

test('nothing written, nothing saved', async () => {
  const { saves, schedule } = counted();
  expect(await schedule.flush()).toBe(true);
  expect(saves).toHaveLength(0);
});
