/** The rows about many users at once: a closed loop of clicks, and accounts that only wait for news. */
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { contentsRequest, windowRequest } from '@/lib/client/requests';
import type { Id, Mailbox } from '@/lib/jmap/types';
import { random } from '@/test/fixtures/random';
import { type Crowd, gather, type Member } from './crowd';
import { rawCrowd } from './crowd-raw';
import { figures, type Row, residentMegabytes, timed, until } from './measure';

const USERS = 50;
const USER_MESSAGES = 1_000;
const LOOP_MS = 15_000;
const WORDS = ['invoice', 'travel', 'schedule', 'agreement', 'shipping'];
const IDLE_MESSAGES = 20;
/** Twenty connections a second are set up at one host (lib/imap/admission.ts), and each account has two. */
const SETTLE_MS = 120_000;
const EVENTS = 20;
const LIMIT_MS = 10 * 60_000;
/** Signing in at once is another row's matter. */
const AT_ONCE = 8;

interface Reader extends Member {
  accountId: Id;
  inbox: Id;
}

/** Each does one thing after the other, without a pause, as fast as answers come. */
export async function crowdRows(): Promise<Row[]> {
  const crowd = await gather(USERS, USER_MESSAGES);
  try {
    // First: what the server keeps in its caches from then on, it has for Gatepost, too.
    const raw = await rawCrowd(crowd, USER_MESSAGES, WORDS, LOOP_MS);
    const readers = await signInAll(crowd);
    const first = await visits(readers, 0);
    const again = await visits(readers, USERS);
    const rate = (times: number[]) => figures([times.length / (LOOP_MS / 1000)]);
    return [
      {
        what: `${USERS} users, closed loop of list, open, mark, search`,
        budget: '> 300 actions/s',
        least: 300,
        unit: 'actions/s',
        gatepost: rate(first),
        raw: rate(raw),
      },
      {
        what: 'the same, each action',
        budget: 'p95 < 200 ms',
        p95: 200,
        unit: 'ms',
        gatepost: figures(first),
        raw: figures(raw),
      },
      { what: 'the same, a while later', budget: '', unit: 'actions/s', gatepost: rate(again) },
    ];
  } finally {
    await crowd.stop();
  }
}

async function visits(readers: Reader[], seed: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + LOOP_MS;
  await Promise.all(readers.map((reader, i) => loop(reader, seed + i, end, times)));
  return times;
}

async function loop({ jmap, accountId, inbox }: Reader, seed: number, end: number, times: number[]) {
  const dice = random(seed + 1);
  const query = { filter: { inMailbox: inbox }, collapseThreads: false };
  const act = async (work: () => Promise<unknown>) => times.push(await timed(work));
  while (performance.now() < end) {
    let ids: Id[] = [];
    await act(async () => {
      const window = { position: dice.below(USER_MESSAGES - 50), limit: 50 };
      ids = (await jmap.call(windowRequest(accountId, query, window))).query?.ids as Id[];
    });
    const id = ids[dice.below(ids.length)] ?? '';
    await act(() => jmap.call(contentsRequest(accountId, [id])));
    const seen = dice.below(2) === 0 ? true : null;
    await act(() => jmap.ask('Email/set', { accountId, update: { [id]: { 'keywords/$seen': seen } } }));
    const subject = WORDS[dice.below(WORDS.length)] ?? '';
    const search = { filter: { inMailbox: inbox, subject }, collapseThreads: false };
    await act(() => jmap.call(windowRequest(accountId, search, { position: 0, limit: 50 })));
  }
}

/** Signed in, read to the end of the inbox. */
async function signInAll({ members }: Crowd): Promise<Reader[]> {
  const readers: Reader[] = [];
  const waiting = [...members];
  const work = async () => {
    for (let member = waiting.pop(); member; member = waiting.pop()) readers.push(await signIn(member));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return readers;
}

async function signIn(member: Member): Promise<Reader> {
  const { jmap } = member;
  const accountId = await jmap.accountId();
  const { list } = await jmap.ask('Mailbox/get', { accountId, ids: null });
  const inbox = (list as unknown as Mailbox[]).find(({ role }) => role === 'inbox');
  if (!inbox) throw new Error('no inbox');
  const filter = { inMailbox: inbox.id };
  await until(
    async () => {
      const { ids } = await jmap.ask('Email/query', { accountId, filter, position: inbox.totalEmails - 1 });
      return (ids as Id[]).length > 0;
    },
    100,
    LIMIT_MS,
  );
  return { ...member, accountId, inbox: inbox.id };
}

/** @param count as many accounts, each with a page that listens */
export async function idleRows(count: number): Promise<Row[]> {
  const crowd = await gather(count, IDLE_MESSAGES);
  const streams: IncomingMessage[] = [];
  try {
    await signInAll(crowd);
    for (const member of crowd.members) streams.push(await listen(crowd, member));
    await pause(SETTLE_MS);
    const resident = await residentMegabytes(crowd.gatepost.pid);
    const times: number[] = [];
    for (let i = 0; i < EVENTS; i += 1) {
      const at = Math.floor((i * count) / EVENTS);
      const [member, stream] = [crowd.members[at], streams[at]];
      if (!member || !stream) continue;
      const told = new Promise((resolve) => stream.once('data', resolve));
      times.push(
        await timed(async () => {
          await crowd.dovecot.deliver(member.address, `Subject: news ${i}\n\nNews.\n`);
          await told;
        }),
      );
    }
    return [
      {
        what: `RSS, ${count} accounts idle, each with an event stream`,
        budget: '< 600 MB (1,000)',
        p50: 600,
        unit: 'MB',
        gatepost: figures([resident]),
      },
      {
        what: 'delivered to the server until told',
        budget: '< 2000 ms',
        p95: 2_000,
        unit: 'ms',
        gatepost: figures(times),
      },
    ];
  } finally {
    for (const stream of streams) stream.destroy();
    await crowd.stop();
  }
}

/** Resolves when the first states have come: from then on only news do. */
function listen({ gatepost }: Crowd, { address }: Member): Promise<IncomingMessage> {
  const authorization = `Basic ${Buffer.from(`${address}:secret`).toString('base64')}`;
  return new Promise((resolve, reject) => {
    const url = new URL('/jmap/events?types=Email&closeafter=no&ping=0', gatepost.url);
    get(url, { agent: false, headers: { Authorization: authorization } }, (response) => {
      const first = (chunk: Buffer) => {
        if (!chunk.includes('event: state')) return;
        response.off('data', first);
        resolve(response);
      };
      response.on('data', first);
      response.on('error', reject);
    }).on('error', reject);
  });
}
