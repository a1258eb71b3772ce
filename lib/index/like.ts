/** LIKE on text that somebody typed. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';

export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

export function like(column: string, pattern: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`;
}
