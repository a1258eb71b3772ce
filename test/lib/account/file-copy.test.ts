/** A disk that fills up takes a part of a write and says nothing before the next one. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const DIRECTORY = resolve(`test-output/file-copy-${process.pid}`);
const CHILD = join(DIRECTORY, 'child.mjs');
const CONTENTS = `
  import { FileCopy } from '@/lib/account/file-copy';
  import { BlobCache } from '@/lib/account/blob-cache';
  import { Readable } from 'node:stream';
  process.on('SIGXFSZ', () => undefined);
  const chunks = [Buffer.alloc(1_000_000), Buffer.alloc(1_000_000)];
  const copy = new FileCopy(process.argv[2] + '/copy', { least: 1, most: 1e9 });
  for (const chunk of chunks) await copy.add(chunk);
  const passed = await copy.finish();
  const read = new BlobCache(process.argv[2]).size('key', async () => Readable.from(chunks));
  console.log(JSON.stringify({ passed, read: await read.catch(() => 'refused') }));`;

beforeAll(async () => {
  await mkdir(DIRECTORY, { recursive: true });
  await build({
    stdin: { contents: CONTENTS, resolveDir: resolve('.') },
    ...{ outfile: CHILD, bundle: true, platform: 'node', format: 'esm' },
    ...{ packages: 'external', logLevel: 'error' },
  });
});
afterAll(() => rm(DIRECTORY, { recursive: true, force: true }));

it('R26: what is kept only in part is not kept', async () => {
  // No file grows beyond 1.5 MB.
  const command = `ulimit -f 1500; exec "${process.execPath}" "${CHILD}" "${DIRECTORY}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', command]);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({ passed: false, read: 'refused' });
  expect(await readdir(DIRECTORY)).not.toContain('copy');
});
