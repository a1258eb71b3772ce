import { describe, expect, it } from 'vitest';
import { hueOf, initialsOf } from '@/components/ui/initials';
import { nextIndex } from '@/components/ui/move-focus';
import { place } from '@/components/ui/place';

const view = { width: 390, height: 844 };
const box = (x: number, y: number) => ({ x, y, width: 40, height: 40 });

describe('place', () => {
  it('stands below and start-aligned', () => {
    expect(place(box(100, 100), { width: 200, height: 100 }, view)).toEqual({ left: 100, top: 144 });
  });
  it('turns over at the bottom', () => {
    expect(place(box(100, 780), { width: 200, height: 100 }, view).top).toBe(676);
  });
  it('stays in the window at its edges', () => {
    expect(place(box(360, 100), { width: 200, height: 100 }, view).left).toBe(182);
    expect(place(box(0, 100), { width: 500, height: 1000 }, view)).toEqual({ left: 8, top: 8 });
  });
  it('starts at the right where text does', () => {
    expect(place(box(300, 100), { width: 200, height: 100 }, view, { rtl: true }).left).toBe(140);
  });
});

describe('nextIndex', () => {
  const labels = ['Archive', 'Delete', 'Download'];
  it.each([
    ['ArrowDown', 2, 0],
    ['ArrowDown', -1, 0],
    ['ArrowUp', 0, 2],
    ['ArrowUp', -1, 2],
    ['Home', 2, 0],
    ['End', 0, 2],
    ['d', 1, 2],
    ['d', 2, 1],
    ['D', 0, 1],
    ['x', 0, null],
    ['Enter', 0, null],
    [' ', 0, null],
  ] as const)('%s from %d goes to %s', (key, from, to) => {
    expect(nextIndex(key, labels, from)).toBe(to);
  });
  it('has nowhere to go in an empty list', () => {
    expect(nextIndex('ArrowDown', [], -1)).toBeNull();
  });
});

describe('avatars', () => {
  it.each([
    ['Anna Lindqvist', 'AL'],
    ['анна', 'А'],
    ['Anna (Sales) von Berg', 'AB'],
    ['"', 'X'],
    [null, 'X'],
    ['𝒜 b', '𝒜B'],
  ])('%s', (name, initials) => {
    expect(initialsOf(name, 'x@example.org')).toBe(initials);
  });
  it('one address has one hue, however it is written', () => {
    expect(hueOf(' Anna@Example.org')).toBe(hueOf('anna@example.org'));
    expect(hueOf('')).toBe(1);
  });
});
