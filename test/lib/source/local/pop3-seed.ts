/**
 * A seeded life of a POP3 account with a maildrop that fails: connections cut before, in and after answers, QUIT's word
 * lost, messages refused, UIDLs given anew, the server restarted, the disk full, another node at the same maildrop, the account
 * closed and opened again. Thrown: what must not be.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Random, random } from '@/test/fixtures/random';
import { type FakeMaildrop, type FakeMessage, fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';
import type { Answer } from '@/test/lib/pop3/scripted-server';
import { type LocalAccount, localAccount } from './local-account';

const SESSIONS = 8;
/** So that a session ends in peace at last. */
const PEACEFUL = 2;

function message(n: number): FakeMessage {
  return {
    uidl: `first-${n}`,
    raw: `Message-ID: <${n}@example.org>\r\nSubject: m${n}\r\n\r\n${'.line\r\n'.repeat(n % 7)}end\r\n`,
  };
}

const FAULTS: ((command: string) => Answer | null)[] = [
  () => ({ packets: [''], drop: true }),
  (command) =>
    command.startsWith('RETR')
      ? { packets: ['+OK\r\nSubject: half'], drop: true }
      : { packets: ['+O'], drop: true },
  (command) => (/^(RETR|DELE)/.test(command) ? '-ERR not now\r\n' : null),
  (command) => (command === 'QUIT' ? '-ERR [SYS/TEMP] not all removed\r\n' : null),
  (command) => (command === 'QUIT' ? { packets: [''], drop: true } : null),
];

/** A fault at some command of each session. */
function misbehave(maildrop: FakeMaildrop, below: Random['below']): void {
  let session = -1;
  let left = 0;
  let fault: (typeof FAULTS)[number] = () => null;
  maildrop.misbehaviour.answer = (command, current) => {
    if (current !== session) {
      session = current;
      left = below(40);
      fault = FAULTS[below(FAULTS.length)] ?? fault;
    }
    left -= 1;
    const isLastChance = command === 'QUIT';
    return left === 0 || (isLastChance && left > 0) ? fault(command) : null;
  };
}

/** @returns what happened, for who looks into a failure */
export async function runSeed(seed: number): Promise<void> {
  const { below } = random(seed);
  const leaveOnServer = below(2) === 0;
  const all = Array.from({ length: 3 + below(20) }, (_, n) => message(n));
  let maildrop = await fakeMaildrop([...all]);
  const dataDir = await mkdtemp(join(tmpdir(), 'gatepost-seed-'));
  const pop3 = { leaveOnServer, sessionMessages: 10, pauseAfterFailures: 0 };
  const open = () =>
    localAccount('sqlite', {
      ...{ password: 'pw', pop3, dataDir },
      incoming: { host: '127.0.0.1', port: maildrop.port, security: 'none', user: 'ann' },
    });
  let account = await open();
  try {
    for (let session = 0; session < SESSIONS; session += 1) {
      if (session < SESSIONS - PEACEFUL) misbehave(maildrop, below);
      else maildrop.misbehaviour = {};
      const event = session < SESSIONS - PEACEFUL ? below(6) : -1;
      if (event === 0) maildrop = await whileRestarted(maildrop, account, below);
      else if (event === 1) await whileFull(account);
      else if (event === 2) await besideAnother(account, open);
      else await collect(account);
      if (session >= SESSIONS - PEACEFUL) continue;
      if (below(3) === 0) {
        const fresh = message(all.length);
        all.push(fresh);
        maildrop.messages.push(fresh);
      }
      if (below(5) === 0)
        maildrop.messages = maildrop.messages.map((one) => ({ ...one, uidl: `${one.uidl}'` }));
      if (below(3) === 0) {
        await account.close(true);
        account = await open();
      }
    }
    await judge(seed, account, maildrop, all, leaveOnServer);
  } finally {
    await account.close(true);
    await maildrop.close();
    await rm(dataDir, { recursive: true });
  }
}

/** At some command all connections end, and the same server is there again after. */
async function whileRestarted(
  maildrop: FakeMaildrop,
  account: LocalAccount,
  below: Random['below'],
): Promise<FakeMaildrop> {
  let left = below(40) + 1;
  let closed: Promise<void> | null = null;
  maildrop.misbehaviour.answer = () => {
    left -= 1;
    if (left === 0) closed = maildrop.close();
    return null;
  };
  await collect(account);
  await (closed ?? maildrop.close());
  return fakeMaildrop(maildrop.messages, maildrop.port);
}

/** SQLite's own limit stands for the disk's: it cannot grow. */
async function whileFull(account: LocalAccount): Promise<void> {
  const { main } = account.databases;
  await sql`pragma max_page_count = 1`.execute(main);
  await collect(account);
  await sql`pragma max_page_count = 1000000`.execute(main);
}

/** Two nodes are started at once, at a server that lets in both. */
async function besideAnother(account: LocalAccount, open: () => Promise<LocalAccount>): Promise<void> {
  const other = await open();
  await Promise.all([collect(account), collect(other)]);
  await other.close(true);
}

async function collect(account: LocalAccount): Promise<void> {
  // What fails shows in what is there at the end.
  await account.source.collect().catch(() => undefined);
  await account.source.idle();
}

/** Each message exactly once here, with each of its bytes; on the server as the settings say. */
export async function judge(
  seed: number | string,
  { index, source }: LocalAccount,
  maildrop: FakeMaildrop,
  all: FakeMessage[],
  leaveOnServer: boolean,
): Promise<void> {
  const { ids } = await index.query({
    filter: null,
    sort: [{ property: 'receivedAt' }],
    ...{ collapseThreads: false, position: 0, anchor: null, anchorOffset: 0, limit: 1_000 },
  });
  const kept: string[] = [];
  for (const id of ids) {
    const chunks: Buffer[] = [];
    for await (const chunk of await source.readRaw(id)) chunks.push(chunk);
    kept.push(Buffer.concat(chunks).toString('latin1'));
  }
  const wanted = all.map(({ raw }) => raw);
  if (kept.toSorted().join('\0') !== wanted.toSorted().join('\0')) {
    throw new Error(`seed ${seed}: ${kept.length} kept of ${wanted.length}, or not the same bytes`);
  }
  const left = maildrop.messages.length;
  if (left !== (leaveOnServer ? all.length : 0)) {
    throw new Error(`seed ${seed}: ${left} of ${all.length} on the server, leaveOnServer ${leaveOnServer}`);
  }
}
