/**
 * A seeded life of a POP3 account with a maildrop that fails: connections cut before, in and after answers, QUIT's word
 * lost, messages refused, UIDLs given anew, the account closed and opened again. Thrown: what must not be.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeMaildrop, type FakeMessage, fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';
import type { Answer } from '@/test/lib/pop3/scripted-server';
import { type LocalAccount, localAccount } from './local-account';

const SESSIONS = 8;
/** So that a session ends in peace at last. */
const PEACEFUL = 2;

type Random = (below: number) => number;

/** mulberry32 */
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

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
function misbehave(maildrop: FakeMaildrop, random: Random): void {
  let session = -1;
  let left = 0;
  let fault: (typeof FAULTS)[number] = () => null;
  maildrop.misbehaviour.answer = (command, current) => {
    if (current !== session) {
      session = current;
      left = random(40);
      fault = FAULTS[random(FAULTS.length)] ?? fault;
    }
    left -= 1;
    const isLastChance = command === 'QUIT';
    return left === 0 || (isLastChance && left > 0) ? fault(command) : null;
  };
}

/** @returns what happened, for who looks into a failure */
export async function runSeed(seed: number): Promise<void> {
  const random = randomOf(seed);
  const leaveOnServer = random(2) === 0;
  const all = Array.from({ length: 3 + random(20) }, (_, n) => message(n));
  const maildrop = await fakeMaildrop([...all]);
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
      if (session < SESSIONS - PEACEFUL) misbehave(maildrop, random);
      else maildrop.misbehaviour = {};
      await collect(account);
      if (session >= SESSIONS - PEACEFUL) continue;
      if (random(3) === 0) {
        const fresh = message(all.length);
        all.push(fresh);
        maildrop.messages.push(fresh);
      }
      if (random(5) === 0)
        maildrop.messages = maildrop.messages.map((one) => ({ ...one, uidl: `${one.uidl}'` }));
      if (random(3) === 0) {
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
