import { readFileSync } from 'node:fs';
import compile from 'icu-minify/compile';
import { describe, expect, it } from 'vitest';
import en from '@/messages/en.json';
import ru from '@/messages/ru.json';

type Tree = { [key: string]: string | Tree };

const flatten = (tree: Tree, path = ''): [key: string, message: string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flatten(value, `${path}${key}.`),
  );

/** icu-minify's shape: a text, or parts; a part is `[name]`, `[name, kind, options]` or `[0]` for `#`. */
type Node = string | number | Node[] | { [option: string]: Node };

const isOptions = (node: Node | undefined): node is { [option: string]: Node } =>
  typeof node === 'object' && !Array.isArray(node);

function choices(node: Node, found: { name: string; options: string[] }[] = []) {
  if (!Array.isArray(node)) return found;
  const [name, kind, options] = node;
  if (typeof name === 'string' && typeof kind === 'number' && isOptions(options)) {
    found.push({ name, options: Object.keys(options) });
    for (const option of Object.values(options)) choices(option, found);
  } else for (const part of node) choices(part, found);
  return found;
}

/** `[name]` and `[name, kind, ...]` are placeholders; kinds begin at 1, 0 is `#`. */
function placeholders(node: Node, found = new Set<string>()): Set<string> {
  if (!Array.isArray(node)) return found;
  const [name, kind, options] = node;
  if (typeof name === 'string' && (node.length === 1 || (typeof kind === 'number' && kind > 0))) {
    found.add(name);
    if (isOptions(options)) for (const option of Object.values(options)) placeholders(option, found);
  } else for (const part of node) placeholders(part, found);
  return found;
}

const parsed = (message: string): Node => compile(message) as Node;
const english = new Map(flatten(en));
const russian = new Map(flatten(ru));

describe('catalogues', () => {
  it('have the same keys', () => {
    expect([...russian.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('have the same placeholders', () => {
    const different = [...english].filter(([key, message]) => {
      const ours = [...placeholders(parsed(message))].sort();
      const theirs = [...placeholders(parsed(russian.get(key) ?? ''))].sort();
      return ours.join() !== theirs.join();
    });
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('choose between the same words', () => {
    const words = (message: string) =>
      choices(parsed(message))
        .filter(({ options }) => !options.some((option) => ['one', 'few', 'many'].includes(option)))
        .map(({ name, options }) => `${name}: ${options.sort()}`)
        .sort();
    const different = [...english].filter(
      ([key, message]) => words(message).join(';') !== words(russian.get(key) ?? '').join(';'),
    );
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('give Russian numbers all their forms', () => {
    const missing = [...russian].filter(([, message]) =>
      choices(parsed(message)).some(
        ({ options }) =>
          options.includes('one') && !['few', 'many', 'other'].every((form) => options.includes(form)),
      ),
    );
    expect(missing.map(([key]) => key)).toEqual([]);
  });

  it('have a sentence for every error code', () => {
    const source = readFileSync('lib/errors.ts', 'utf8');
    const union = source.slice(source.indexOf('export type ErrorCode'), source.indexOf('export interface'));
    const codes = [...union.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => `error.${code}`);
    expect(codes.length).toBeGreaterThan(40);
    expect(codes.filter((key) => !english.has(key))).toEqual([]);
  });

  it('speak plainly: no pleading, no blame, no shouting', () => {
    const banned =
      /\b(please|oops|sorry|successfully|invalid)\b|!|пожалуйста|упс|успешно|некорректн|неверн/iu;
    const loud = [...english, ...russian].filter(([, message]) => banned.test(message));
    expect(loud).toEqual([]);
  });
});
