import { describe, expect, it } from 'vitest';
import { freshIn } from '@/components/thread/fresh-mail';

const seen = { newest: 'e5', total: 5 };
const list = ['e5', 'e4', 'e3', 'e2', 'e1'];

describe('what came since the reader was at the top', () => {
  it('is what stands above the newest that was seen', () => {
    expect(freshIn(list, 5, seen)).toBe(0);
    expect(freshIn(['e7', 'e6', ...list], 7, seen)).toBe(2);
  });

  it('is told by the length of the list where its top was not asked for again', () => {
    expect(freshIn([null, null, ...list], 7, seen)).toBe(2);
    expect(freshIn([null, 'e4'], 4, seen)).toBe(0);
  });

  it('cannot be told when the newest that was seen has gone: the list is seen anew', () => {
    expect(freshIn(['e4', 'e3', 'e2', 'e1'], 4, seen)).toBeNull();
    expect(freshIn(['e7', 'e6', 'e4', 'e3', 'e2', 'e1'], 6, seen)).toBe(1);
  });

  it('is nothing in a list that has just come', () => {
    expect(freshIn(list, 5, { newest: null, total: 0 })).toBe(0);
  });
});
