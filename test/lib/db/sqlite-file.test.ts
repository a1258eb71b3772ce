import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

// In a process of its own: libsql ends the process on a value it does not like.
it('every JavaScript value is bound or refused, and none ends the process', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-values-'));
  const { stdout } = await run(process.execPath, [
    '--import=tsx',
    join(import.meta.dirname, 'bind-values.ts'),
    join(directory, 'values.db'),
  ]);
  await rm(directory, { recursive: true });
  expect(JSON.parse(stdout)).toEqual({
    null: null,
    undefined: null,
    true: 1,
    false: 0,
    integer: 7,
    'large integer': 2 ** 50,
    negative: -3,
    fraction: 1.5,
    infinity: 'Infinity',
    bigint: 9007199254740991,
    'empty text': '',
    text: 'привет 👋',
    'lone surrogate': '\ufffd',
    buffer: 'Buffer 0001ff',
    'uint8 array': 'Buffer 0102',
    'array buffer': 'Buffer 0000',
    date: 1000,
    nan: 'TypeError',
    array: 'TypeError',
    object: 'TypeError',
    'bare object': 'TypeError',
    function: 'TypeError',
    symbol: 'TypeError',
    map: 'TypeError',
    'boxed boolean': 'TypeError',
  });
});
