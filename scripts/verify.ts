/** `npm run verify`: are all stored bytes there, and are they what their names say? Ends with 1 when not. `-- --repair` fetches anew. */
import { config } from '@/lib/config';
import { openBlobStore } from '@/lib/db/blob-store-open';
import { damagedBlobs, fetchAnew } from '@/lib/db/blob-store-verify';
import { openDatabases } from '@/lib/db/database';

async function verify(repair: boolean): Promise<number> {
  const databases = await openDatabases(config());
  const blobs = openBlobStore(config(), databases.main);
  let damaged = 0;
  for await (const { name, problem } of damagedBlobs(databases.main, blobs)) {
    damaged += 1;
    const anew = repair && problem !== 'unlisted' && (await fetchAnew(databases.main, name));
    const then = anew ? ', the next collecting fetches it anew' : '';
    process.stdout.write(`${name} ${problem}${then}\n`);
  }
  await databases.close();
  return damaged;
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
