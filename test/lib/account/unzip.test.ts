/** What stays of reading an archive: nothing that grows with its files, and no file of an upload that was broken off. */
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sweepImports } from '@/lib/account/import';
import { unzip } from '@/lib/account/unzip';
import { zipOf } from '@/lib/account/zip';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatepost-unzip-'));
});
afterEach(() => rm(dir, { recursive: true }));

it('S28: reads many files without a listener more for each', async () => {
  const names = Array.from({ length: 30 }, (_, n) => `${n}.eml`);
  const open = async () => Readable.from([Buffer.from('mail')]);
  const files = names.map((name) => ({ name, modifiedAt: 0, open }));
  await writeFile(join(dir, 'a.zip'), zipOf(files, { compress: true }));
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  const found: string[] = [];
  for await (const { name, size, bytes } of unzip(join(dir, 'a.zip'))) {
    expect(size).toBe(4);
    for await (const chunk of bytes) expect(chunk.toString()).toBe('mail');
    found.push(name);
  }
  // Warnings are told in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', note);
  expect(found).toEqual(names);
  expect(warnings).toEqual([]);
});

it('R26: an archive that a killed process left behind goes, one that is being read stays', async () => {
  const spool = join(dir, 'cache', 'import');
  await mkdir(spool, { recursive: true });
  for (const name of ['left', 'new']) await writeFile(join(spool, name), 'PK');
  const now = Date.now();
  await utimes(join(spool, 'left'), new Date(), new Date(now - 25 * 60 * 60_000));
  await sweepImports(dir, now);
  expect(await readdir(spool)).toEqual(['new']);
});
