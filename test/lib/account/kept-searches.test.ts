import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptSearches } from '@/lib/account/kept-searches';
import type { SearchSpan } from '@/lib/source/source';

const DAY = 86_400_000;
const MAIL = [
  { id: 'today', at: 100 * DAY },
  { id: 'in spring', at: 60 * DAY },
  { id: 'long ago', at: 1 * DAY },
];
const WORDS = { body: 'words' };

function server() {
  const asked: SearchSpan[] = [];
  const left: AbortSignal[] = [];
  let answer: () => void = () => undefined;
  let answered: Promise<void> | null = null;
  let fails = 0;
  let changes = 0;
  return {
    asked,
    /** Of each search: aborted when it is given up. */
    left,
    /** It searches until it is told to answer. */
    wait: () => {
      answered = new Promise((resolve) => {
        answer = resolve;
      });
    },
    answer: () => answer(),
    state: async () => `e.${changes}`,
    change: () => {
      changes += 1;
    },
    fail: () => {
      fails += 1;
    },
    search: async (_query: object, _mailboxIds: string[] | null, _signal: AbortSignal, span?: SearchSpan) => {
      asked.push({ since: span?.since ?? null, before: span?.before ?? null });
      if (span?.left) left.push(span.left);
      await answered;
      if (fails > 0) {
        fails -= 1;
        throw new Error('cut');
      }
      const isIn = ({ at }: { at: number }) =>
        at >= (span?.since ?? 0) && at < (span?.before ?? Number.POSITIVE_INFINITY) + 2 * DAY;
      return { emailIds: MAIL.filter(isIn).map(({ id }) => id), partial: false };
    },
  };
}

it('a step further back asks for what was not searched yet, and answers with all', async () => {
  const source = server();
  const searches = new KeptSearches(source, source);
  expect((await searches.find(WORDS, null, 90 * DAY)).emailIds).toEqual(['today']);
  expect((await searches.find(WORDS, null, 50 * DAY)).emailIds).toEqual(['today', 'in spring']);
  expect((await searches.find(WORDS, null, null)).emailIds).toEqual(['today', 'in spring', 'long ago']);
  expect(source.asked).toEqual([
    { since: 90 * DAY, before: null },
    { since: 50 * DAY, before: 90 * DAY },
    { since: null, before: 50 * DAY },
  ]);
});

it('further rows of the same search ask for nothing, also while it runs', async () => {
  const source = server();
  const searches = new KeptSearches(source, source);
  const both = [searches.find(WORDS, ['a'], null), searches.find(WORDS, ['a'], null)];
  expect((await Promise.all(both)).map(({ emailIds }) => emailIds.length)).toEqual([3, 3]);
  expect((await searches.find(WORDS, ['a'], 90 * DAY)).emailIds).toHaveLength(3);
  expect(source.asked).toHaveLength(1);
  await searches.find(WORDS, ['b'], null);
  expect(source.asked).toHaveLength(2);
});

it('what failed is searched again', async () => {
  const source = server();
  const searches = new KeptSearches(source, source);
  source.fail();
  await expect(searches.find(WORDS, null, null)).rejects.toThrow('cut');
  expect((await searches.find(WORDS, null, null)).emailIds).toHaveLength(3);
});

it('after a change of the account all is searched again', async () => {
  const source = server();
  const searches = new KeptSearches(source, source);
  await searches.find(WORDS, null, null);
  source.change();
  await searches.find(WORDS, null, null);
  expect(source.asked).toEqual([
    { since: null, before: null },
    { since: null, before: null },
  ]);
});

describe('whoever leaves', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('ends the search when nobody else waits for it, and the next one searches anew', async () => {
    const source = server();
    source.wait();
    const searches = new KeptSearches(source, source);
    const [one, other] = [new AbortController(), new AbortController()];
    const both = [
      searches.find(WORDS, null, null, one.signal),
      searches.find(WORDS, null, null, other.signal),
    ];
    await vi.waitFor(() => expect(source.left).toHaveLength(1));
    one.abort();
    await vi.runAllTimersAsync();
    expect(source.left[0]?.aborted).toBe(false);
    other.abort();
    await vi.runAllTimersAsync();
    expect(source.left[0]?.aborted).toBe(true);
    const again = searches.find(WORDS, null, null);
    source.answer();
    await Promise.all([...both, again]);
    expect(source.asked).toHaveLength(2);
  });

  it('and is back in a moment finds it still searching', async () => {
    const source = server();
    source.wait();
    const searches = new KeptSearches(source, source);
    const page = new AbortController();
    const first = searches.find(WORDS, null, null, page.signal);
    await vi.waitFor(() => expect(source.left).toHaveLength(1));
    page.abort();
    const second = searches.find(WORDS, null, null, new AbortController().signal);
    await vi.runAllTimersAsync();
    expect(source.left[0]?.aborted).toBe(false);
    source.answer();
    expect(await first).toEqual(await second);
    expect(source.asked).toHaveLength(1);
  });

  it('after the answer changes nothing', async () => {
    const source = server();
    const searches = new KeptSearches(source, source);
    const page = new AbortController();
    await searches.find(WORDS, null, null, page.signal);
    page.abort();
    await vi.runAllTimersAsync();
    expect(source.left[0]?.aborted).toBe(false);
    await searches.find(WORDS, null, null);
    expect(source.asked).toHaveLength(1);
  });
});
