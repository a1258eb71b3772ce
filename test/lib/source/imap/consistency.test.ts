/**
 * A second program changes the mailbox at random while we read and write: at the end the server, the index, an account
 * that is opened anew, a client that followed the changes and the same account after its index was deleted agree exactly. `npm run soak` plays hundreds of seeds.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type CyrusServer, hasCyrus, startCyrus } from '@/test/servers/cyrus';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { PlainImap } from '@/test/servers/plain-imap';
import { bareImap, type Rewrite, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { breakStaleLocks, chance, message, Person, Stranger } from './chaos';
import { openImapAccount, PASSWORD } from './imap-account';
import { contentView, Follower, followed, indexView, mailboxIds, serverView, settle } from './views';

const AS_IT_IS: Rewrite = (line) => line;
const TIERS: [name: string, rewrite: Rewrite][] = [
  ...(hasCyrus ? [['Cyrus', AS_IT_IS] as [string, Rewrite]] : []),
  ['QRESYNC', AS_IT_IS],
  ['CONDSTORE only', withoutCapabilities('QRESYNC', 'ENABLE')],
  ['no CONDSTORE', withoutCapabilities('QRESYNC', 'CONDSTORE', 'ENABLE', 'ESEARCH', 'LIST-STATUS', 'MOVE')],
  ['bare IMAP4rev1', bareImap],
];
const SEEDS = Number(process.env.SOAK ?? TIERS.length);
const FIRST = Number(process.env.SOAK_FIRST ?? 1);
const STEPS = Number(process.env.SOAK_STEPS ?? 50);
/** A long game takes longer, the more so on a machine that also does something else. */
const TIMEOUT_MS = Math.max(60_000, STEPS * 1_200);

let dovecot: DovecotServer;
let cyrus: CyrusServer | null = null;

beforeAll(async () => {
  dovecot = await startDovecot();
  if (hasCyrus) cyrus = await startCyrus({});
});
afterAll(async () => {
  await cyrus?.stop();
  await dovecot.stop();
});

async function fill(port: number, user: string): Promise<void> {
  const client = await PlainImap.open(port, user, PASSWORD);
  for (let n = 1; n <= 30; n += 1) await client.append('INBOX', message('first', n), n % 2 ? '\\Seen' : '');
  client.close();
}

describe.each(Array.from({ length: SEEDS }, (_, at) => FIRST + at))('seed %i', (seed) => {
  const [tier, fromServer] = TIERS[seed % TIERS.length] ?? TIERS[0] ?? ['', bareImap];

  it(
    `I7, I9, R14, R15: all agree (${tier})`,
    async () => {
      const user = `seed${seed}`;
      const server = tier === 'Cyrus' && cyrus ? cyrus : dovecot;
      await server.addUser(user, PASSWORD);
      await fill(server.ports.imap, user);
      if (server === dovecot)
        onTestFinished(breakStaleLocks(join(dovecot.directory, 'home', user, 'Maildir')));
      const proxy = await startProxy({ upstreamPort: server.ports.imap, tls: server.tls, fromServer });
      const dataDir = await mkdtemp(join(tmpdir(), 'gatepost-imap-'));
      const account = await openImapAccount(server, { user, port: proxy.port, dataDir });
      const follower = new Follower(account.index, await account.index.state());
      await account.source.refreshMailboxes();
      const stranger = new Stranger(server.ports.imap, user, PASSWORD, chance(seed));
      const person = new Person(account.source, account.index, chance(seed + 1_000_000));
      const play = async (act: () => Promise<void>) => {
        for (let step = 0; step < STEPS; step += 1) await act();
      };
      await Promise.all([
        play(() => stranger.act()),
        play(() => person.act()),
        play(async () => {
          await follower.follow();
          await new Promise((next) => setImmediate(next));
        }),
      ]);
      stranger.close();
      await settle(account.source, account.index);

      const fresh = await openImapAccount(server, { user, port: proxy.port });
      await settle(fresh.source, fresh.index);
      const truth = await serverView(server.ports.imap, user, PASSWORD);
      expect(await indexView(fresh.index)).toEqual(truth);
      expect(await indexView(account.index)).toEqual(truth);
      await follower.follow();
      expect({ emails: follower.emails(), mailboxes: follower.mailboxes() }).toEqual(
        await followed(account.index),
      );
      // Without ids of the server a message has the id of the place where it was first seen.
      if (fromServer !== bareImap)
        expect(await contentView(account.index)).toEqual(await contentView(fresh.index));
      await fresh.close();

      const before = {
        content: await contentView(account.index),
        mailboxes: await mailboxIds(account.index),
      };
      await account.close();
      for (const name of ['index.db', 'index.db-wal', 'index.db-shm'])
        await rm(join(dataDir, name), { force: true });
      const again = await openImapAccount(server, { user, port: proxy.port, dataDir });
      await settle(again.source, again.index);
      expect({ content: await contentView(again.index), mailboxes: await mailboxIds(again.index) }).toEqual(
        before,
      );
      await again.close();
      await rm(dataDir, { recursive: true, force: true });
      await proxy.stop();
    },
    TIMEOUT_MS,
  );
});
