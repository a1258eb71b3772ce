import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabases } from '@/lib/db/database';
import { onEachDatabase } from './databases';

onEachDatabase('databases', ({ place, open, dialect }) => {
  it('keep what was written when they are opened again', async () => {
    const config = await place();
    const first = await openDatabases(config);
    await first.main.insertInto('upload').values(upload(5)).execute();
    await first.close();
    const second = await openDatabases(config);
    expect(await second.main.selectFrom('upload').selectAll().execute()).toEqual([upload(5)]);
    await second.close();
  });

  it('get their schema once when several open them at the same time', async () => {
    const config = await place();
    const all = await Promise.all([openDatabases(config), openDatabases(config), openDatabases(config)]);
    const [first] = all;
    const names = await sql<{ name: string }>`select name from schema_migration`.execute(first.main);
    expect(new Set(names.rows.map(({ name }) => name)).size).toBe(names.rows.length);
    await Promise.all(all.map((databases) => databases.close()));
  });

  it('hold main and index apart', async () => {
    const { main, index } = await open();
    await expect(sql`select * from upload`.execute(main)).resolves.toBeDefined();
    await expect(sql`select * from upload`.execute(index)).rejects.toThrow();
  });

  it('give bigint as number', async () => {
    const { main } = await open();
    await main
      .insertInto('upload')
      .values(upload(2 ** 50))
      .execute();
    expect(await main.selectFrom('upload').select('size').executeTakeFirst()).toEqual({ size: 2 ** 50 });
  });

  it('answer a read made inside a write that does not use its handle', async () => {
    const { main } = await open();
    const seen = await main.transaction().execute(async (transaction) => {
      await transaction.insertInto('upload').values(upload(1)).execute();
      return main.selectFrom('upload').selectAll().execute();
    });
    expect(seen).toEqual([]);
    expect(await main.selectFrom('upload').selectAll().execute()).toHaveLength(1);
  });

  it('answer a read written as text inside a write, without waiting for its end', async () => {
    const { main } = await open();
    const seen = await main.transaction().execute(async (transaction) => {
      await transaction.insertInto('upload').values(upload(1)).execute();
      const { rows } = await sql<{ size: number }>`select size from upload`.execute(main);
      return rows;
    });
    expect(seen).toEqual([]);
  });

  it('give texts as they were stored, in the order asked, whatever they hold', async () => {
    const { main } = await open();
    const texts = ['a"b\\', '\u2028', '👋 привет', '["a"]', ''];
    for (const [size, text] of texts.entries()) {
      await main
        .insertInto('upload')
        .values({ ...upload(size), sha256: text })
        .execute();
    }
    const rows = await main.selectFrom('upload').selectAll().orderBy('size', 'desc').execute();
    expect(rows).toEqual(texts.map((text, size) => ({ ...upload(size), sha256: text })).reverse());
  });

  it('undo a write that throws, and go on', async () => {
    const { main } = await open();
    const failed = main.transaction().execute(async (transaction) => {
      await transaction.insertInto('upload').values(upload(1)).execute();
      throw new Error('stop');
    });
    await expect(failed).rejects.toThrow('stop');
    await main.insertInto('upload').values(upload(2)).execute();
    expect(await main.selectFrom('upload').select('size').execute()).toEqual([{ size: 2 }]);
  });

  it('let writes of one process wait for each other', async () => {
    const { main } = await open();
    await main.insertInto('upload').values(upload(0)).execute();
    const add = () =>
      main.transaction().execute(async (transaction) => {
        const lock = dialect === 'postgres' ? sql` for update` : sql``;
        const { rows } = await sql<{ size: number }>`select size from upload${lock}`.execute(transaction);
        await transaction
          .updateTable('upload')
          .set({ size: (rows[0]?.size ?? 0) + 1 })
          .execute();
      });
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await main.selectFrom('upload').select('size').execute()).toEqual([{ size: 20 }]);
  });
});

function upload(size: number) {
  return { account_id: 'a1', sha256: '00', size, uploaded_at: 0 };
}
