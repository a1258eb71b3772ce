import { expect, it } from 'vitest';
import { expandUidSet, rangeTest, uidSet, uidSets } from '@/lib/imap/uid-set';

it('pitfall 10: joins UIDs to ascending ranges', () => {
  expect(uidSet([5, 1, 3, 2, 2])).toBe('1:3,5');
  expect(uidSet([])).toBe('');
});

it('expands in the order given, since COPYUID pairs by position', () => {
  expect(expandUidSet('304,319:320')).toEqual([304, 319, 320]);
  expect(expandUidSet('5:3,x,1')).toEqual([3, 4, 5, 1]);
});

it('R11: names at most five million UIDs, whatever the server says', () => {
  expect(expandUidSet('1:4294967295')).toHaveLength(5_000_000);
});

it('pitfall 9: cuts long sets below 1,000 bytes and loses nothing', () => {
  const uids = Array.from({ length: 2_000 }, (_, n) => 100_000 + n * 2);
  const sets = uidSets(uids);
  for (const { set } of sets) expect(set.length).toBeLessThan(1_000);
  expect(sets.flatMap((part) => part.uids)).toEqual(uids);
});

it('tests membership without expanding, with overlaps and an open end', () => {
  const has = rangeTest('10:20,12:13,30,40:*');
  expect([9, 10, 13, 15, 20, 21, 30, 31, 40, 4_000_000_000].map(has)).toEqual([
    ...[false, true, true, true, true, false, true, false, true, true],
  ]);
});
