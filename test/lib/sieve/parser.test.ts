import { describe, expect, it } from 'vitest';
import { SIEVE_LIMITS } from '@/lib/sieve/limits';
import type { Line } from '@/lib/sieve/messages';
import { SieveParser } from '@/lib/sieve/parser';
import { command } from '@/lib/sieve/serializer';

const text = (value: string) => ({ kind: 'string', value });
const ANSWERS: [string, Line[]][] = [
  ['OK\r\n', [{ kind: 'ok', code: null, text: '' }]],
  [
    '"SIEVE" "fileinto vacation"\r\nOK "ready"\r\n',
    [
      { kind: 'data', tokens: [text('SIEVE'), text('fileinto vacation')] } as Line,
      { kind: 'ok', code: null, text: 'ready' },
    ],
  ],
  [
    '"a \\"b\\" \\\\c" ACTIVE\r\nok\r\n',
    [
      { kind: 'data', tokens: [text('a "b" \\c'), { kind: 'atom', value: 'ACTIVE' }] } as Line,
      { kind: 'ok', code: null, text: '' },
    ],
  ],
  [
    '{11}\r\nkeep; # é\n\r\nOK (WARNINGS) {3}\r\nahé\r\n'.replace('{3}', '{4}'),
    [{ kind: 'data', tokens: [text('keep; # é\n')] } as Line, { kind: 'ok', code: 'WARNINGS', text: 'ahé' }],
  ],
  ['NO (QUOTA/MAXSIZE "x y") "too\\"big"\r\n', [{ kind: 'no', code: 'QUOTA/MAXSIZE', text: 'too"big' }]],
  ['BYE (TAG {2}\r\nab) "bye"\r\n', [{ kind: 'bye', code: 'TAG', text: 'bye' }]],
  ['{0}\r\n\r\nOK\r\n', [{ kind: 'data', tokens: [text('')] } as Line, { kind: 'ok', code: null, text: '' }]],
];

function read(pieces: Buffer[]): Line[] {
  const parser = new SieveParser();
  const lines: Line[] = [];
  for (const piece of pieces) {
    parser.push(piece);
    for (let line = parser.next(); line; line = parser.next()) lines.push(line);
  }
  expect(parser.unread).toBe(false);
  return lines;
}

describe.each(ANSWERS)('%j', (answer, expected) => {
  const bytes = Buffer.from(answer);
  it('is read, wherever it is split', () => {
    for (let at = 0; at <= bytes.length; at += 1)
      expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });
});

describe('limits', () => {
  it.each([
    ['a line', '"'.padEnd(SIEVE_LIMITS.line + 2, 'a')],
    ['a literal', `{${SIEVE_LIMITS.literal + 1}}\r\n`],
  ])('of %s', (_what, answer) => {
    const parser = new SieveParser();
    parser.push(Buffer.from(answer));
    expect(() => parser.next()).toThrow(expect.objectContaining({ code: 'limitExceeded' }));
  });

  it('a literal of the size that is allowed is waited for', () => {
    const parser = new SieveParser();
    parser.push(Buffer.from(`{${SIEVE_LIMITS.literal}}\r\n`));
    expect(parser.next()).toBeNull();
    parser.push(Buffer.concat([Buffer.alloc(SIEVE_LIMITS.literal, 'a'), Buffer.from('\r\n')]));
    expect(parser.next()).toMatchObject({ kind: 'data' });
  });

  it.each(['* OK\r\n', 'HTTP/1.1 200 OK\r\n'])('%j is no answer', (answer) => {
    const parser = new SieveParser();
    parser.push(Buffer.from(answer));
    expect(() => parser.next()).toThrow(expect.objectContaining({ code: 'protocolViolation' }));
  });
});

it('S16: whatever a name holds travels in a literal', () => {
  expect(command('SETACTIVE', 'a"\r\nLOGOUT').toString()).toBe('SETACTIVE {10+}\r\na"\r\nLOGOUT\r\n');
  expect(() => command('SETACTIVE', 'a\0b')).toThrow(expect.objectContaining({ code: 'invalidArguments' }));
});
