import { describe, expect, it } from 'vitest';
import { parsePlainText, unquoted } from '@/components/email/plain-text';

describe('plain text', () => {
  it('folds the closing quote with the line that says whose it is', () => {
    const { blocks, tail } = parsePlainText('Yes.\n\nOn Monday Anna wrote:\n> Will you come?\n> A.');
    expect(blocks).toEqual([{ kind: 'text', text: 'Yes.' }]);
    expect(tail.map(({ text }) => text)).toEqual(['On Monday Anna wrote:', '> Will you come?\n> A.']);
  });

  it('folds the signature', () => {
    const { blocks, tail } = parsePlainText('Hello\n\n-- \nAnna');
    expect(blocks).toEqual([{ kind: 'text', text: 'Hello' }]);
    expect(tail).toEqual([{ kind: 'text', text: '-- \nAnna' }]);
  });

  it('leaves quotes that are answered between them where they are', () => {
    const { blocks, tail } = parsePlainText('> first?\nyes\n> second?\nno');
    expect(blocks.map(({ kind }) => kind)).toEqual(['quote', 'text', 'quote', 'text']);
    expect(tail).toEqual([]);
  });

  it('shows a mail that is nothing but a quote', () => {
    expect(parsePlainText('> all of it').blocks).toHaveLength(1);
  });

  it('tells the depth of quotes', () => {
    expect(unquoted('> a\n>> b\n> > c\n> d')).toEqual([
      { depth: 1, text: 'a' },
      { depth: 2, text: 'b\nc' },
      { depth: 1, text: 'd' },
    ]);
  });

  it('S32: a megabyte of quotes takes no time', () => {
    const start = performance.now();
    parsePlainText('> > > > quoted words again and again\n'.repeat(27_000));
    unquoted('>'.repeat(1_000_000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});
