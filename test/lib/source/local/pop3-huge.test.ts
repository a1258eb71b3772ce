/** A message of 2 GB from a real server, in `npm run soak` only: it takes minutes. */
import { createHash } from 'node:crypto';
import { open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDovecot } from '@/test/servers/dovecot';
import { localAccount } from './local-account';

const SIZE = 2 * 1024 ** 3;
const CHUNK = Buffer.from('.0123456789abcdef line that begins with a dot\r\n'.repeat(20_000));
/** Small beside the message; what lies in memory does not depend on its size. */
const FLAT = 200 * 1024 ** 2;

it.skipIf(!process.env.SOAK)(
  'streams a message of 2 GB with flat memory, byte for byte',
  async () => {
    const server = await startDovecot({ users: { huge: 'pw' } });
    const header = 'Message-ID: <huge@example.org>\r\nSubject: huge\r\n\r\n';
    await server.deliver('huge', header);
    const directory = join(server.directory, 'home/huge/Maildir/new');
    const [name = ''] = await readdir(directory);
    const file = await open(join(directory, name), 'a');
    const hash = createHash('sha256').update(header);
    for (let size = 0; size < SIZE; size += CHUNK.length) {
      await file.write(CHUNK);
      hash.update(CHUNK);
    }
    await file.close();
    // Its name tells the size that it had.
    await rename(join(directory, name), join(directory, name.replace(/,S=\d+/, '')));
    const account = await localAccount('sqlite', {
      incoming: { host: 'localhost', port: server.ports.pop3s, security: 'tls', user: 'huge' },
      ...{ password: 'pw', caFile: server.tls.caFile, pop3: { headersFirstMegabytes: null } },
    });
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 100);
    await account.source.collect();
    await account.source.idle();
    clearInterval(watch);
    expect(account.source.status().error).toBeNull();
    const rows = await account.databases.main.selectFrom('local_email').select(['sha256', 'size']).execute();
    expect(rows).toEqual([{ sha256: hash.digest('hex'), size: expect.any(Number) }]);
    expect(rows[0]?.size).toBeGreaterThan(SIZE);
    expect(most).toBeLessThan(FLAT);
    process.stdout.write(`2 GB by POP3: ${Math.round(most / 1024 ** 2)} MB of memory on top\n`);
    await account.close();
    await server.stop();
  },
  15 * 60_000,
);
