import { describe, expect, it } from 'vitest';
import { foldRun } from '@/components/thread/folded-run';

const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('the lines of a long conversation', () => {
  it('are the first and the last that is closed, and the open ones', () => {
    const { shown, folded } = foldRun(ten, (n) => n === 9);
    expect(shown).toEqual([0, 8, 9]);
    expect(folded).toEqual({ after: 0, items: [1, 2, 3, 4, 5, 6, 7] });
  });

  it('are all there where little would be saved', () => {
    expect(foldRun(ten.slice(0, 6), (n) => n === 5)).toEqual({ shown: [0, 1, 2, 3, 4, 5], folded: null });
    expect(foldRun([], () => true)).toEqual({ shown: [], folded: null });
    expect(foldRun([1, 2], () => true)).toEqual({ shown: [1, 2], folded: null });
  });

  it('hide nothing that is open', () => {
    const { shown, folded } = foldRun(ten, (n) => n === 0 || n >= 8);
    expect(shown).toEqual([0, 1, 7, 8, 9]);
    expect(folded).toEqual({ after: 1, items: [2, 3, 4, 5, 6] });
  });
});
