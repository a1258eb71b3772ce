/**
 * `npm run verify`: are all stored bytes there, and are they what their names say? Ends with 1 when not. `-- --repair` puts mail that
 * is in no list back into one, and has what a POP3 server may still have fetched anew.
 */
import { config } from '@/lib/config';
import { openBlobStore, type SqlBlobStore } from '@/lib/db/blob-store-open';
import { type Damage, damagedBlobs, fetchAnew } from '@/lib/db/blob-store-verify';
import { type Databases, openDatabases } from '@/lib/db/database';
import { relist } from '@/lib/source/local/relist';

async function verify(repair: boolean): Promise<number> {
  const databases = await openDatabases(config());
  const blobs = openBlobStore(config(), databases.main);
  let damaged = 0;
  for await (const damage of damagedBlobs(databases.main, blobs)) {
    damaged += 1;
    const then = repair ? await repaired(databases.main, blobs, damage) : '';
    process.stdout.write(`${damage.name} ${damage.problem}${then}\n`);
  }
  await databases.close();
  return damaged;
}

async function repaired(main: Databases['main'], blobs: SqlBlobStore, damage: Damage): Promise<string> {
  const { name, problem } = damage;
  if (problem === 'unlisted')
    return (await relist(main, blobs, name)) > 0 ? ', it is in a mailbox again' : '';
  return (await fetchAnew(main, name)) ? ', the next collecting fetches it anew' : '';
}

verify(process.argv.includes('--repair')).then(
  (damaged) => {
    process.stdout.write(damaged === 0 ? 'All bytes are there and unchanged.\n' : `${damaged} damaged.\n`);
    process.exitCode = damaged === 0 ? 0 : 1;
  },
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 2;
  },
);
