import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { sqliteDialect } from '@/lib/db/sqlite-dialect';

it('what was committed comes into the file beside the commits, and is there when it is opened again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-checkpoint-'));
  const path = join(directory, 'some.db');
  const open = () => new Kysely<{ note: { text: string } }>({ dialect: sqliteDialect(path, false) });
  const db = open();
  await sql`create table note (text text)`.execute(db);
  const text = 'a'.repeat(1_000_000);
  await db.insertInto('note').values({ text }).execute();
  await vi.waitFor(async () => expect((await stat(path)).size).toBeGreaterThan(text.length), 10_000);
  await db.insertInto('note').values({ text: 'last' }).execute();
  await db.destroy();
  const again = open();
  expect((await again.selectFrom('note').selectAll().execute()).map((row) => row.text.length)).toEqual([
    text.length,
    4,
  ]);
  await again.destroy();
  await rm(directory, { recursive: true });
});
