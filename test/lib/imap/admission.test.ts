import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { admitted } from '@/lib/imap/admission';
import type { ConnectionUse } from '@/lib/imap/transcript';

function host(name: string) {
  const order: string[] = [];
  let [open, most] = [0, 0];
  const connect = (use: ConnectionUse, label: string) =>
    admitted(name, use, async () => {
      order.push(label);
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 10));
      open -= 1;
    });
  return { order, connect, most: () => most };
}

describe('a start with many accounts on one host', () => {
  it('pitfall 20: sets up four connections at a time', async () => {
    const { order, connect, most } = host('many.example.org');
    await Promise.all(Array.from({ length: 10 }, (_, i) => connect('watch', `${i}`)));
    expect(order).toHaveLength(10);
    expect(most()).toBe(4);
  });

  it('lets who waits for an answer go before those that wait for news', async () => {
    const { order, connect } = host('people.example.org');
    const watches = Array.from({ length: 8 }, (_, i) => connect('watch', `watch ${i}`));
    await Promise.all([...watches, connect('bulk', 'bulk'), connect('interactive', 'person')]);
    expect(order.indexOf('person')).toBe(4);
    expect(order.at(-1)).toBe('bulk');
  });

  it('lets others pass those that the server does not answer', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { order, connect } = host('silent.example.org');
    for (let n = 0; n < 4; n += 1)
      void admitted('silent.example.org', 'interactive', () => new Promise(() => undefined));
    void connect('interactive', 'person');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(order).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(order).toEqual(['person']);
  });

  it('opens the gate again after a refusal', async () => {
    const { order, connect } = host('down.example.org');
    const refused = Array.from({ length: 4 }, () =>
      admitted('down.example.org', 'watch', () => Promise.reject(new Error('refused'))),
    );
    await Promise.allSettled(refused);
    await connect('watch', 'next');
    expect(order).toEqual(['next']);
  });
});
