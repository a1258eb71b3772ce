import { describe, expect, it } from 'vitest';
import { afterRemoval, type TreeStop, treeStep, visible } from '@/components/mailbox/tree-keys';

const stop = (id: string, depth = 0, hasChildren = false): TreeStop => ({ id, depth, hasChildren });
const TREE = [stop('inbox'), stop('work', 0, true), stop('2025', 1, true), stop('q1', 2), stop('~new')];
const OPEN = new Set<string>();
const ids = (stops: readonly TreeStop[]) => stops.map(({ id }) => id);

describe('a tree', () => {
  it('hides all that is below a closed row', () => {
    expect(ids(visible(TREE, new Set(['work'])))).toEqual(['inbox', 'work', '~new']);
    expect(ids(visible(TREE, new Set(['2025'])))).toEqual(['inbox', 'work', '2025', '~new']);
  });

  it.each([
    ['ArrowDown', 'inbox', { to: 'work' }],
    ['ArrowUp', 'inbox', null],
    ['ArrowDown', '~new', null],
    ['Home', 'q1', { to: 'inbox' }],
    ['End', 'inbox', { to: '~new' }],
    ['ArrowRight', 'work', { to: '2025' }],
    ['ArrowRight', 'q1', null],
    ['ArrowLeft', 'q1', { to: '2025' }],
    ['ArrowLeft', '2025', { open: false }],
    ['ArrowLeft', 'inbox', null],
    ['a', 'inbox', null],
  ])('%s on %s', (key, at, step) => {
    expect(treeStep(key, TREE, at, OPEN)).toEqual(step);
  });

  it('opens a closed row, and goes to its parent from it', () => {
    const closed = new Set(['2025']);
    const stops = visible(TREE, closed);
    expect(treeStep('ArrowRight', stops, '2025', closed)).toEqual({ open: true });
    expect(treeStep('ArrowLeft', stops, '2025', closed)).toEqual({ to: 'work' });
  });

  it('gives the focus to what takes the place of the removed rows, else to the one above', () => {
    expect(afterRemoval(TREE, new Set(['work', '2025', 'q1']), 'work')).toBe('~new');
    expect(afterRemoval(TREE.slice(0, 4), new Set(['2025', 'q1']), '2025')).toBe('work');
    expect(afterRemoval([stop('a')], new Set(['a']), 'a')).toBeUndefined();
  });
});
