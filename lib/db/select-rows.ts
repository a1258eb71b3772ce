/** What nearly every request reads, written as text: Kysely's builder costs more there than the database. */
import { CompiledQuery } from 'kysely';
import { dialectOf } from './dialect-of';
import type { Executor } from './insert-rows';

/** `text` has a `?` for each parameter, and no other one. */
export async function selectRows<Row>(
  db: Executor,
  text: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const query = CompiledQuery.raw(dialectOf(db) === 'postgres' ? numbered(text) : text, [...parameters]);
  return (await db.executeQuery(query as CompiledQuery<Row>)).rows;
}

const known = new Map<string, string>();

/** Postgres numbers its parameters. The texts are those of the source: a few. */
function numbered(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  let parameter = 0;
  const made = text.replace(/\?/g, () => {
    parameter += 1;
    return `$${parameter}`;
  });
  known.set(text, made);
  return made;
}
