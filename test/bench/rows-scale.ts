/** How the index grows: the same questions with 100,000 messages and with ten times as many, without a mail server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabases } from '@/lib/db/database';
import { createAccountIndex } from '@/lib/index/account-index';
import { Aside } from '@/lib/index/aside';
import type { AccountIndex, EmailQuery, NewEmail } from '@/lib/index/types';
import { emailHeaders } from '@/lib/mime/header';
import { generateMessage } from '@/test/fixtures/generator';
import { random } from '@/test/fixtures/random';
import { question, roleMailbox } from '@/test/lib/index/fixture';
import { type Figures, figures, type Row, timed } from './measure';

const BATCH = 1_000;
const SEED = 7;
const ROUNDS = 40;
const PAGE = 50;
const WORDS = ['invoice', 'travel', 'schedule', 'agreement', 'shipping'];

type Work = (i: number, total: number) => Promise<unknown>;

/** @param total of the larger one; the smaller is a tenth of it and stands where the other rows have the raw protocol */
export async function scaleRows(total: number): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatepost-scale-'));
  const databases = await openDatabases({ dataDir, databaseUrl: null });
  const aside = new Aside(databases.indexFile ?? '');
  try {
    const index = createAccountIndex(databases.index, 'sqlite', 'scale', aside);
    await index.write((writer) => writer.putMailbox(roleMailbox('binbox', 'inbox')));
    const seconds: number[] = [];
    const small = await grown(index, seconds, 0, total / 10);
    const large = await grown(index, seconds, total / 10, total);
    const rates = [total / 10 / (seconds[0] ?? 0), (total * 0.9) / (seconds[1] ?? 0)];
    return [
      ...[...large].map(([what, gatepost]) => row(`${what}, ${total}`, gatepost, small.get(what))),
      {
        ...row(`written to the index, up to ${total}`, figures([rates[1] ?? 0]), figures([rates[0] ?? 0])),
        unit: 'messages/s',
      },
    ];
  } finally {
    await aside.close();
    await databases.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function row(what: string, gatepost: Figures, raw: Figures | undefined): Row {
  return { what: `index alone: ${what}`, budget: 'as with a tenth', unit: 'ms', gatepost, raw };
}

async function grown(index: AccountIndex, seconds: number[], from: number, to: number) {
  seconds.push((await fill(index, from, to)) / 1000);
  const measured = new Map<string, Figures>();
  for (const [what, work] of Object.entries(questions(index))) {
    const times: number[] = [];
    // The first one makes what is kept.
    await work(0, to);
    for (let i = 1; i <= ROUNDS; i += 1) times.push(await timed(() => work(i, to)));
    measured.set(what, figures(times));
  }
  return measured;
}

/** @returns ms of writing alone */
async function fill(index: AccountIndex, from: number, to: number): Promise<number> {
  let ms = 0;
  for (let start = from; start < to; start += BATCH) {
    const emails = Array.from({ length: Math.min(BATCH, to - start) }, (_, i) => mail(start + i));
    ms += await timed(() => index.write((writer) => writer.addEmails(emails)));
  }
  return ms;
}

function mail(i: number): NewEmail {
  const { raw, flags, receivedAt } = generateMessage(SEED, i);
  const end = raw.indexOf('\r\n\r\n');
  return {
    id: `e${i}`,
    receivedAt,
    size: raw.length,
    headers: emailHeaders(raw.subarray(0, end + 4)),
    structure: null,
    preview: null,
    text: null,
    threadId: null,
    location: {
      mailboxId: 'binbox',
      uidValidity: 1,
      uid: i + 1,
      keywords: flags.includes('\\Seen') ? ['$seen'] : [],
      hidden: false,
      modseq: null,
    },
  };
}

function questions(index: AccountIndex): Record<string, Work> {
  const ask = (options: Partial<EmailQuery>) => index.query(question({ limit: PAGE, ...options }));
  const at = (i: number, total: number) => random(i).below(total - PAGE);
  return {
    'page anywhere': async (i, total) => {
      const { ids } = await ask({ position: at(i, total) });
      if ((await index.emails(ids, { withoutStructure: true })).length !== PAGE) throw new Error('no page');
    },
    'page of conversations': (i) => ask({ collapseThreads: true, position: i * PAGE }),
    'page by size': (i, total) =>
      ask({ sort: [{ property: 'size', isAscending: true }], position: at(i, total) }),
    'message and its thread': async (i, total) => {
      const [email] = await index.emails([`e${at(i, total)}`]);
      if (email) await index.threads([email.threadId]);
    },
    'mailboxes with counts': () => index.mailboxes(),
    mark: (i, total) =>
      index.write((writer) =>
        writer.setLocationKeywords('binbox', [
          { uid: at(i, total) + 1, keywords: ['$flagged'], hidden: false, modseq: null },
        ]),
      ),
    'newest 50 by a word of the subject': (i) =>
      ask({ filter: { inMailbox: 'binbox', subject: WORDS[i % WORDS.length] } }),
  };
}
