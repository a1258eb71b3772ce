/**
 * What may be bound to a SQLite parameter. libsql aborts the whole process on `true`, `false` and on a lone object
 * argument, so nothing reaches it that has not passed through here.
 */
export type SqliteValue = null | number | bigint | string | Buffer;

export function toSqliteValue(value: unknown): SqliteValue {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
    case 'bigint':
      return value;
    case 'number':
      if (Number.isNaN(value)) throw new TypeError('NaN cannot be bound to a SQL parameter');
      return value;
    case 'object':
      return objectToSqliteValue(value);
    default:
      throw new TypeError(`A ${typeof value} cannot be bound to a SQL parameter`);
  }
}

function objectToSqliteValue(value: object | null): SqliteValue {
  if (value === null) return null;
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (value instanceof Date) return value.getTime();
  throw new TypeError(`A ${value.constructor?.name ?? 'bare object'} cannot be bound to a SQL parameter`);
}

/** libsql hands blobs out as ArrayBuffer; everything else in Gatepost expects Buffer, as pg gives it. */
export function fromSqliteRow(row: unknown): Record<string, unknown> {
  const values = row as Record<string, unknown>;
  for (const column in values) {
    const value = values[column];
    if (value instanceof ArrayBuffer) values[column] = Buffer.from(value);
  }
  return values;
}
