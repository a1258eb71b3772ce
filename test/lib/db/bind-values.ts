/** Run by sqlite-file.test.ts: binds each kind of value and prints what came back. */
import { SqliteFile } from '@/lib/db/sqlite-file';

const VALUES: Record<string, unknown> = {
  null: null,
  undefined: undefined,
  true: true,
  false: false,
  integer: 7,
  'large integer': 2 ** 50,
  negative: -3,
  fraction: 1.5,
  infinity: Number.POSITIVE_INFINITY,
  bigint: 9007199254740991n,
  'empty text': '',
  text: 'привет 👋',
  'lone surrogate': '\ud800',
  buffer: Buffer.from([0, 1, 255]),
  'uint8 array': new Uint8Array([9, 1, 2]).subarray(1),
  'array buffer': new ArrayBuffer(2),
  date: new Date(1000),
  nan: Number.NaN,
  array: [1],
  object: { a: 1 },
  'bare object': Object.create(null),
  function: () => 1,
  symbol: Symbol('s'),
  map: new Map(),
  'boxed boolean': Object(true),
};

const [path = ''] = process.argv.slice(2);
const file = new SqliteFile(path, false, 0);
file.run('create table value (name text, value)', []);
const result = Object.fromEntries(Object.entries(VALUES).map(([name, value]) => [name, bound(name, value)]));
file.close();
process.stdout.write(JSON.stringify(result));

function bound(name: string, value: unknown): unknown {
  try {
    file.run('insert into value values (?, ?)', [name, value]);
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
  const found = file.run('select value from value where name = ?', [name]).rows[0]?.value;
  if (Buffer.isBuffer(found)) return `Buffer ${found.toString('hex')}`;
  return found === Number.POSITIVE_INFINITY ? 'Infinity' : found;
}
