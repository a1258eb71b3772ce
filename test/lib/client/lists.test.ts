import { describe, expect, it } from 'vitest';
import { missing, WINDOW, withQueryChanges, withWindow } from '@/lib/client/lists';
import { INBOX, list } from './fixture';

const answer = { queryState: 'q1', canCalculateChanges: true, position: 0, ids: ['e1'] };
const known = () => true;

describe('windows', () => {
  it('leave holes for what was not asked for', () => {
    const next = withWindow(list(INBOX, []), { ...answer, position: 2, ids: ['e3', 'e4'], total: 6 });
    expect(next.ids).toEqual([null, null, 'e3', 'e4', null, null]);
  });

  it('join what is known while the query state is the same', () => {
    const next = withWindow(list(INBOX, ['e1', 'e2', null, null]), {
      ...answer,
      position: 2,
      ids: ['e3'],
      total: 4,
    });
    expect(next.ids).toEqual(['e1', 'e2', 'e3', null]);
  });

  it('of another query state keep only what they bring themselves', () => {
    const next = withWindow(list(INBOX, ['e1', 'e2', null]), {
      ...answer,
      queryState: 'q2',
      position: 1,
      ids: ['e1'],
      total: 3,
    });
    expect(next.ids).toEqual([null, 'e1', null]);
    expect(next.queryState).toBe('q2');
  });

  it('ask for whole windows around a gap and for nothing when it is known', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => (index < 120 ? `e${index}` : null));
    expect(missing(list(INBOX, ids), 0, 60, known)).toBeNull();
    expect(missing(list(INBOX, ids), 110, 130, known)).toEqual({ position: 100, limit: WINDOW });
    expect(missing(list(INBOX, ids), 990, 1100, known)).toEqual({ position: 950, limit: WINDOW });
    expect(missing(list(INBOX, ['e1', 'e2']), 0, 2, (id) => id !== 'e2')).toEqual({
      position: 0,
      limit: WINDOW,
    });
  });
});

describe('query changes', () => {
  const change = {
    newQueryState: 'q2',
    removed: [] as string[],
    added: [] as { id: string; index: number }[],
  };

  it('insert new rows at their index and move none twice', () => {
    const next = withQueryChanges(list(INBOX, ['e3', 'e2', 'e1']), {
      ...change,
      removed: ['e2'],
      added: [
        { id: 'e4', index: 0 },
        { id: 'e2', index: 1 },
      ],
      total: 4,
    });
    expect(next.ids).toEqual(['e4', 'e2', 'e3', 'e1']);
    expect(next.queryState).toBe('q2');
  });

  it('forget what lies behind the first hole when an unknown row went', () => {
    const next = withQueryChanges(list(INBOX, ['e9', null, 'e7', 'e6']), {
      ...change,
      removed: ['e8'],
      total: 3,
    });
    expect(next.ids).toEqual(['e9', null, null]);
  });

  it('keep everything when the row that went was our own doing', () => {
    const before = list(INBOX, ['e9', null, 'e7'], { gone: new Set(['e8']) });
    expect(withQueryChanges(before, { ...change, removed: ['e8'], total: 3 }).ids).toEqual([
      'e9',
      null,
      'e7',
    ]);
  });

  it('never freeze the page: 20,000 changes to 100,000 rows take no time of their product', () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => `e${index}`);
    const removed = ids.filter((_, index) => index % 10 === 0);
    const added = removed.map((id, index) => ({ id: `n${id}`, index: index * 3 }));
    const start = performance.now();
    const next = withQueryChanges(list(INBOX, ids), { ...change, removed, added, total: 100_000 });
    // Row by row it would be 2,000,000,000 steps, many seconds on any machine.
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(next.ids[0]).toBe('ne0');
    expect(next.ids).toHaveLength(100_000);
  });
});
