import { expect, it } from 'vitest';
import { mimeTree } from '@/lib/imap/body-structure';
import { atom, type Node, quoted } from '@/lib/imap/tokens';

/** Strings are quoted, numbers atoms, arrays lists, null NIL. */
type Tree = string | number | null | Tree[];
const node = (tree: Tree): Node =>
  tree === null
    ? null
    : Array.isArray(tree)
      ? tree.map(node)
      : typeof tree === 'number'
        ? atom(String(tree))
        : quoted(tree);

const text: Tree = [
  'TEXT',
  'plain',
  ['charset', 'utf-8'],
  null,
  null,
  '8BIT',
  120,
  4,
  null,
  null,
  null,
  null,
];

it('reads a single part as part 1', () => {
  expect(mimeTree(node(text))).toMatchObject({
    path: '1',
    type: 'text/plain',
    encoding: '8bit',
    size: 120,
    parts: null,
  });
});

it('reads nested multiparts, names in RFC 2231 and dispositions', () => {
  const pdf: Tree = [
    ...['application', 'pdf', ['name*', "utf-8''%C3%A4.pdf"], '<a@b>', null, 'base64', 4, null],
    ...[['attachment', ['filename', 'b.pdf']], null, null],
  ];
  const tree = mimeTree(node([[text, text, 'alternative', ['boundary', 'x']], pdf, 'mixed', null]));
  expect(tree?.parts?.map((part) => [part.path, part.type, part.name, part.cid])).toEqual([
    ['1', 'multipart/alternative', null, null],
    ['2', 'application/pdf', 'b.pdf', 'a@b'],
  ]);
  expect(tree?.parts?.[1]?.disposition).toBe('attachment');
  expect(tree?.parts?.[0]?.parts?.map(({ path }) => path)).toEqual(['1.1', '1.2']);
});

it('takes an attached message for a leaf, with and without its envelope', () => {
  const full: Tree = [
    'message',
    'rfc822',
    null,
    null,
    null,
    '7bit',
    99,
    [],
    text,
    3,
    null,
    ['inline', null],
    null,
  ];
  expect(mimeTree(node(full))).toMatchObject({ type: 'message/rfc822', disposition: 'inline', parts: null });
  const short: Tree = ['message', 'rfc822', null, null, null, '7bit', 99, null, ['attachment', null], null];
  expect(mimeTree(node(short))).toMatchObject({ size: 99, disposition: 'attachment' });
});

it('pitfall 4: survives NIL where a string should be', () => {
  expect(mimeTree(node(['image', 'png', null, null, null, null, null]))).toMatchObject({
    type: 'image/png',
    encoding: '7bit',
    size: 0,
    params: {},
  });
});

it('R13, pitfall 4: gives up on nonsense, depth and number instead of guessing', () => {
  let deep: Tree = text;
  for (let level = 0; level < 60; level += 1) deep = [deep, 'mixed'];
  const many: Tree = [...Array.from({ length: 1_001 }, () => text), 'mixed'];
  for (const tree of [deep, many, [], [null, null], 'text', null] as Tree[])
    expect(mimeTree(node(tree))).toBeNull();
});
