import { expect, test } from 'vitest';
import { cursorAt, followed, NO_CURSOR } from '@/components/shell/use-cursor';

const emails = new Map(['a', 'b', 'c', 'new', 'b2'].map((id) => [id, { threadId: `t${id[0]}` }]));
const onB = cursorAt(1, ['a', 'b', 'c'], emails);

test('R15: mail that arrives above does not slip under the cursor', () => {
  expect(followed(onB, ['new', 'a', 'b', 'c'], emails)).toMatchObject({ index: 2, id: 'b' });
});

test('R15: mail that another program deletes above does not move the cursor to a neighbour', () => {
  expect(followed(onB, ['b', 'c'], emails)).toMatchObject({ index: 0, id: 'b' });
});

test('a conversation that moves up with its newest message keeps the cursor', () => {
  expect(followed(onB, ['b2', 'a', 'c'], emails)).toMatchObject({ index: 0, id: 'b2' });
});

test('what is archived makes room for the next one, at the end for the one before', () => {
  expect(followed(onB, ['a', 'c'], emails)).toMatchObject({ index: 1, id: 'c' });
  expect(followed(cursorAt(2, ['a', 'b', 'c'], emails), ['a', 'b'], emails)).toMatchObject({ index: 1 });
});

test('no cursor stays none, and a row that is still to come is taken when it is there', () => {
  expect(followed(NO_CURSOR, ['a'], emails)).toBe(NO_CURSOR);
  const early = cursorAt(1, ['a', null], emails);
  expect(followed(early, ['a', 'b'], emails)).toMatchObject({ index: 1, id: 'b' });
});
