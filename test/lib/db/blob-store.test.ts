import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PieceWriter } from '@/lib/db/blob-pieces';
import type { StoredBlob } from '@/lib/db/blob-store';
import { FileBlobs } from '@/lib/db/blob-store-files';
import { openBlobStore, SqlBlobStore, storageError } from '@/lib/db/blob-store-open';
import { putSmallBlobs } from '@/lib/db/blob-store-rows';
import { SMALL_BLOB } from '@/lib/db/blob-store-spool';
import { type Damage, damagedBlobs } from '@/lib/db/blob-store-verify';
import { type Databases, openDatabases } from '@/lib/db/database';
import { feedTables } from '@/lib/db/feed-tables';
import { DICTIONARY } from '@/lib/db/pack-dictionary';
import { sharedPostgres } from '@/test/servers/postgres';

const LIMIT = 10_000_000;
const HOUR = 3_600_000;

afterAll(async () => {
  await (await sharedPostgres()).stop();
});

describe.each(['sqlite', 'postgres'] as const)('blob store on %s', (dialect) => {
  let dataDir: string;
  let databases: Databases;
  let blobs: SqlBlobStore;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gatepost-blobs-'));
    const databaseUrl = dialect === 'postgres' ? await (await sharedPostgres()).createDatabase() : null;
    databases = await openDatabases({ dataDir, databaseUrl });
    blobs = openBlobStore({ dataDir, databaseUrl }, databases.main);
  });
  afterAll(async () => {
    await databases.close();
    await rm(dataDir, { recursive: true });
  });

  it.each([0, 1, SMALL_BLOB, SMALL_BLOB + 1, 3_500_000])('gives %i bytes back', async (size) => {
    const data = randomBytes(size);
    const stored = await blobs.put(Readable.from(pieces(data, 50_000)), LIMIT);
    expect(stored).toEqual({ size, sha256: createHash('sha256').update(data).digest('hex') });
    expect(await blobs.put(data, LIMIT)).toEqual(stored);
    expect(await blobs.size(stored.sha256)).toBe(size);
    expect((await blobs.read(stored.sha256)).equals(data)).toBe(true);
  });

  it.each([4_096, SMALL_BLOB])(
    'keeps %i bytes of text in less room, and finds a damaged byte there',
    async (size) => {
      const data = Buffer.from(`${size} is a line of text\r\n`.repeat(10_000)).subarray(0, size);
      const { sha256 } = await blobs.put(data, LIMIT);
      const row = databases.main.selectFrom('blob').selectAll().where('sha256', '=', sha256);
      const { data: kept, size: told, packed } = await row.executeTakeFirstOrThrow();
      expect({ told, packed }).toEqual({ told: size, packed: 1 });
      expect(kept?.length).toBeLessThan(size / 10);
      expect((await blobs.read(sha256)).equals(data)).toBe(true);
      const range = await (await blobs.open(sha256, { offset: size - 30, length: 20 })).toArray();
      expect(Buffer.concat(range).equals(data.subarray(size - 30, size - 10))).toBe(true);
      const damaged = Buffer.from(kept ?? '');
      damaged[10] = (damaged[10] ?? 0) ^ 0xff;
      await databases.main.updateTable('blob').set({ data: damaged }).where('sha256', '=', sha256).execute();
      const found: Damage[] = [];
      for await (const damage of damagedBlobs(databases.main, blobs)) found.push(damage);
      expect(found).toEqual([{ name: sha256, problem: 'changed' }]);
      await databases.main.deleteFrom('blob').where('sha256', '=', sha256).execute();
    },
  );

  it.each([1_000, 2_500_000])('opens ranges of %i bytes', async (size) => {
    const data = randomBytes(size);
    const { sha256 } = await blobs.put(data, LIMIT);
    for (const [offset, length] of [
      [0, 1],
      [size - 1, 1],
      [100, size],
      [500, 200],
      [size, 5],
      [Math.floor(size / 2) - 10, Math.floor(size / 2)],
    ] as const) {
      const read = Buffer.concat(await (await blobs.open(sha256, { offset, length })).toArray());
      expect(read.equals(data.subarray(offset, offset + length))).toBe(true);
    }
  });

  const large = {
    text: Buffer.from(Array.from({ length: 60_000 }, (_, n) => `line ${n} of a long letter\r\n`).join('')),
    base64: Buffer.from(randomBytes(1_200_000).toString('base64').replace(/.{76}/g, '$&\r\n')),
  };
  const fileOf = (sha256: string) => join(dataDir, 'store', sha256.slice(0, 2), `${sha256.slice(2)}.z`);
  async function room(sha256: string): Promise<number> {
    if (dialect === 'sqlite') return (await readFile(fileOf(sha256))).length;
    const rows = await databases.main
      .selectFrom('blob_chunk')
      .select('data')
      .where('sha256', '=', sha256)
      .execute();
    return rows.reduce((sum, { data }) => sum + data.length, 0);
  }

  it.each([
    ['text', 0.25],
    ['base64', 0.77],
  ] as const)('keeps large %s in less room, and any range of it is read', async (kind, share) => {
    const data = large[kind];
    const { sha256, size } = await blobs.put(Readable.from(pieces(data, 70_001)), LIMIT);
    expect(size).toBe(data.length);
    expect(await room(sha256)).toBeLessThan(size * share);
    expect((await blobs.read(sha256)).equals(data)).toBe(true);
    for (const edge of [256 * 1024, 512 * 1024, 1024 ** 2]) {
      const read = await (await blobs.open(sha256, { offset: edge - 5, length: 10 })).toArray();
      expect(Buffer.concat(read).equals(data.subarray(edge - 5, edge + 5))).toBe(true);
    }
    const stopped = await blobs.open(sha256);
    for await (const chunk of stopped) {
      expect(data.subarray(0, chunk.length).equals(chunk)).toBe(true);
      break;
    }
    expect(stopped.destroyed).toBe(true);
  });

  it.runIf(dialect === 'sqlite')(
    'reads files as the first versions wrote them, and takes them away',
    async () => {
      const { sha256, size } = await blobs.put(large.text, LIMIT);
      const plain = fileOf(sha256).slice(0, -2);
      await rm(fileOf(sha256));
      await mkdir(join(plain, '..'), { recursive: true });
      await writeFile(plain, large.text);
      expect((await blobs.read(sha256)).equals(large.text)).toBe(true);
      const end = await (await blobs.open(sha256, { offset: size - 8, length: 8 })).toArray();
      expect(Buffer.concat(end).equals(large.text.subarray(-8))).toBe(true);
      await blobs.sweep(Date.now() + HOUR + 1_000);
      await expect(readFile(plain)).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );

  it.runIf(dialect === 'sqlite').each([
    ['a byte of a piece', async (file: string, kept: Buffer) => writeFile(file, flipped(kept, 1_000))],
    ['a length', async (file: string, kept: Buffer) => writeFile(file, flipped(kept, kept.length - 20))],
    ['the trailer', async (file: string, kept: Buffer) => writeFile(file, flipped(kept, kept.length - 13))],
    ['its end', async (file: string, kept: Buffer) => truncate(file, kept.length - 100_000)],
    ['all of it', async (file: string) => truncate(file, 0)],
  ])('finds a large file changed in %s', async (_, change) => {
    const { sha256 } = await blobs.put(large.base64, LIMIT);
    const kept = await readFile(fileOf(sha256));
    await change(fileOf(sha256), kept);
    const found: Damage[] = [];
    for await (const damage of damagedBlobs(databases.main, blobs)) found.push(damage);
    expect(found).toEqual([{ name: sha256, problem: 'changed' }]);
    await writeFile(fileOf(sha256), kept);
    expect((await blobs.read(sha256)).equals(large.base64)).toBe(true);
  });

  it('stops at the limit while the bytes come, and leaves nothing behind', async () => {
    let given = 0;
    const endless = new Readable({
      read() {
        given += 100_000;
        this.push(Buffer.alloc(100_000));
      },
    });
    await expect(blobs.put(endless, 1_000_000)).rejects.toMatchObject({ code: 'tooLarge' });
    expect(given).toBeLessThan(2_000_000);
    await expect(blobs.put(Buffer.alloc(11), 10)).rejects.toMatchObject({ code: 'tooLarge' });
    if (dialect === 'sqlite') expect(await readdir(join(dataDir, 'store', 'incoming'))).toEqual([]);
  });

  it.runIf(dialect === 'sqlite')('sweeps what a killed process left half written', async () => {
    const file = join(dataDir, 'store', 'incoming', 'left-behind');
    await writeFile(file, 'half');
    await blobs.sweep(Date.now());
    expect(await readdir(join(dataDir, 'store', 'incoming'))).toEqual(['left-behind']);
    await blobs.sweep(Date.now() + HOUR + 1_000);
    expect(await readdir(join(dataDir, 'store', 'incoming'))).toEqual([]);
  });

  it('small messages take less room once they have stayed for an hour, and a damaged byte there is found', async () => {
    const mail = (n: number) =>
      Buffer.from(
        `Message-ID: <${n}@example.org>\r\nDate: Tue, 03 Nov 2026 10:00:00 +0000\r\nSubject: ${n}\r\n\r\nbody of ${n}\r\n`,
      );
    const raws = [...Array.from({ length: 120 }, (_, n) => mail(n)), randomBytes(500), Buffer.alloc(0)];
    const stored: StoredBlob[] = [];
    for (const raw of raws) stored.push(await blobs.put(raw, LIMIT));
    const email = ({ sha256, size }: StoredBlob) => ({
      ...{ account_id: 'small', email_id: sha256, sha256, size, spans: '[]' },
    });
    await databases.main.insertInto('local_email').values(stored.map(email)).execute();
    const kept = () =>
      databases.main
        .selectFrom('blob')
        .selectAll()
        .where(
          'sha256',
          'in',
          stored.map(({ sha256 }) => sha256),
        )
        .execute();
    await blobs.sweep(Date.now());
    expect(new Set((await kept()).map(({ packed }) => packed))).toEqual(new Set([0]));
    await blobs.sweep(Date.now() + HOUR + 1_000);
    const rows = await kept();
    expect(
      rows
        .filter(({ packed }) => packed === 3)
        .map(({ size }) => size)
        .toSorted(),
    ).toEqual([0, 500]);
    const shrunk = rows.filter(({ packed }) => packed === 2);
    expect(shrunk).toHaveLength(120);
    for (const { data, size } of shrunk) expect(data?.length).toBeLessThan(size * 0.6);
    for (const [n, { sha256 }] of stored.entries()) expect(await blobs.read(sha256)).toEqual(raws[n]);
    // Put anew, they stay as they are.
    expect(await blobs.put(mail(0), LIMIT)).toEqual(stored[0]);
    expect(await blobs.read(stored[0]?.sha256 ?? '')).toEqual(mail(0));
    const damaged = shrunk[5];
    const data = Buffer.from(damaged?.data ?? '');
    data[4] = (data[4] ?? 0) ^ 0x10;
    const sha256 = damaged?.sha256 ?? '';
    await databases.main.updateTable('blob').set({ data }).where('sha256', '=', sha256).execute();
    const found: Damage[] = [];
    for await (const damage of damagedBlobs(databases.main, blobs)) found.push(damage);
    // The mail of these has no list here.
    expect(found.filter(({ problem }) => problem !== 'unlisted')).toEqual([
      { name: sha256, problem: 'changed' },
    ]);
    await databases.main.deleteFrom('local_email').where('account_id', '=', 'small').execute();
    await databases.main.deleteFrom('blob').where('sha256', '=', sha256).execute();
  });

  it('what is deflated with the dictionary is read for ever: it never changes', () => {
    const digest = createHash('sha256').update(DICTIONARY).digest('hex');
    expect(digest).toBe('7f567e96b7dbc8bee82b0a171802bd48200eb5526fd5c04914e5de7c8df21a9c');
  });

  it('a sweep leaves alone what another Gatepost of this machine is receiving', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'gatepost-blobs-'));
    const databaseUrl = dialect === 'postgres' ? 'postgres://nobody' : null;
    const other = openBlobStore({ dataDir: elsewhere, databaseUrl }, databases.main);
    const data = randomBytes(300_000);
    const receiving = async function* () {
      yield data.subarray(0, 200_000);
      await other.sweep(Date.now() + HOUR + 1_000);
      yield data.subarray(200_000);
    };
    const { sha256 } = await blobs.put(Readable.from(receiving()), LIMIT);
    expect((await blobs.read(sha256)).equals(data)).toBe(true);
    await rm(elsewhere, { recursive: true });
  });

  it('blobNotFound for what is not there', async () => {
    const sha256 = 'f'.repeat(64);
    expect(await blobs.size(sha256)).toBeNull();
    await expect(blobs.open(sha256)).rejects.toMatchObject({ code: 'blobNotFound' });
    await expect(blobs.read(sha256)).rejects.toMatchObject({ code: 'blobNotFound' });
  });

  it('puts many small blobs in a transaction of the caller, equal ones once', async () => {
    const data = [Buffer.from('one'), Buffer.from('two'), Buffer.from('one')];
    const small = data.map((bytes) => ({
      data: bytes,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }));
    const failing = databases.main.transaction().execute(async (transaction) => {
      await putSmallBlobs(feedTables(transaction), small);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await blobs.size(small[0]?.sha256 ?? '')).toBeNull();
    await databases.main
      .transaction()
      .execute((transaction) => putSmallBlobs(feedTables(transaction), small));
    for (const { sha256, data: bytes } of small) expect(await blobs.read(sha256)).toEqual(bytes);
  });

  it.each([10, 200_000])(
    'sweeps %i bytes only when nobody refers to them and an hour has passed',
    async (size) => {
      const [kept, free] = [
        await blobs.put(randomBytes(size), LIMIT),
        await blobs.put(randomBytes(size), LIMIT),
      ];
      await databases.main
        .insertInto('local_email')
        .values({ account_id: 'a', email_id: `e${size}`, sha256: kept.sha256, size, spans: '[]' })
        .execute();
      await blobs.remove(free.sha256);
      expect(await blobs.size(free.sha256)).toBe(size);
      await blobs.sweep(Date.now() + HOUR + 1_000);
      expect(await blobs.size(free.sha256)).toBeNull();
      expect(await blobs.read(kept.sha256)).toHaveLength(size);
    },
  );
});

describe('R26: a full disk', () => {
  it.each(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '53100'])('is storageFull (%s)', (code) => {
    expect(storageError(Object.assign(new Error('full'), { code }))).toMatchObject({ code: 'storageFull' });
  });

  it('is not blamed for other failures', () => {
    const error = Object.assign(new Error('denied'), { code: 'EACCES' });
    expect(storageError(error)).toBe(error);
  });

  it.runIf(process.platform === 'linux')(
    'while a large blob comes: nothing of it is left, and nothing counts as kept',
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'gatepost-full-'));
      const databases = await openDatabases({ dataDir, databaseUrl: null });
      // Takes no byte, as a disk without room.
      const full = await open('/dev/full', 'r+');
      try {
        const files = new FileBlobs(join(dataDir, 'store'));
        const blobs = new SqlBlobStore(
          databases.main,
          Object.assign(files, { writer: () => new PieceWriter(full) }),
        );
        const data = randomBytes(2_000_000);
        await expect(blobs.put(Readable.from(pieces(data, 50_000)), LIMIT)).rejects.toMatchObject({
          code: 'storageFull',
        });
        expect(await readdir(files.spoolDirectory)).toEqual([]);
        expect(await databases.main.selectFrom('blob').select('sha256').execute()).toEqual([]);
      } finally {
        await full.close();
        await databases.close();
        await rm(dataDir, { recursive: true });
      }
    },
  );
});

function* pieces(data: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 0xff;
  return changed;
}
