import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Every match in the program's own files, once each. @throws when there is none at all */
function grep(pattern: string, ...paths: string[]): string[] {
  const found = execFileSync('git', ['grep', '--no-index', '-ohE', pattern, '--', ...paths], {
    encoding: 'utf8',
  });
  return [...new Set(found.trim().split('\n'))];
}

const SOURCES = ['app', 'components', 'lib', 'scripts', 'test', 'proxy.ts', 'next.config.js'];
/** The first cell of a table row. */
const IDS = new Set(
  [...readFileSync('docs/security.md', 'utf8').matchAll(/^\| ([SIR]\d+) \|/gm)].map(([, id]) => id),
);
/** Lines of tests with a name in them; what only a comment tells, nothing holds. */
const NAMES = grep('[\'"`].*\\b(pitfall [0-9]+|[SIR][0-9]+)\\b', 'test/*.test.ts', 'test/contract').filter(
  (line) => !/^\s*(\/\/|\/?\*)/.test(line),
);
const isNamed = (id: string) => NAMES.some((line) => new RegExp(`\\b${id}\\b`).test(line));
const PITFALLS = [...readFileSync('docs/gateway.md', 'utf8').matchAll(/^\| (\d+) \| .* \| .* \|$/gm)].map(
  ([, number]) => Number(number),
);
const ROWS_OF_IMAP = Array.from({ length: 16 }, (_, at) => `R${at + 7}`);

describe('what comments cite', () => {
  it.each(grep('\\b[a-z]+\\.md\\b', ...SOURCES).filter((name) => name !== 'readme.md'))(
    '%s is in docs/',
    (name) => {
      expect(existsSync(`docs/${name}`)).toBe(true);
    },
  );

  it.each(grep('security\\.md [SIR][0-9]+', ...SOURCES))('%s is a row there', (cited) => {
    expect(IDS).toContain(cited.split(' ')[1]);
  });

  it('has a row for every id that a test names', () => {
    const named = grep("(it|describe)(\\.each\\(.*\\))?\\('.*\\b[SIR][0-9]+\\b", 'test').flatMap(
      (line) => line.match(/\b[SIR]\d+\b/g) ?? [],
    );
    expect([...new Set(named)].filter((id) => !IDS.has(id))).toEqual([]);
  });
});

describe('what servers do', () => {
  it('has 36 pitfalls, in their order', () => {
    expect(PITFALLS).toEqual(Array.from({ length: 36 }, (_, at) => at + 1));
  });

  it.each(PITFALLS.map((number) => `pitfall ${number}`).concat(ROWS_OF_IMAP))('%s names a test', (id) => {
    expect(isNamed(id)).toBe(true);
  });
});
