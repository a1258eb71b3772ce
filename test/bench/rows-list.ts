/** The rows about lists: the first page of a mailbox never seen, the index behind it, any page, mailboxes, header search. */
import { mailboxesRequest, previewsRequest, windowRequest } from '@/lib/client/requests';
import type { EmailFilterCondition, Id, Mailbox } from '@/lib/jmap/types';
import { random } from '@/test/fixtures/random';
import { OWNER, USERS } from './mailboxes';
import { compare, type Figures, figures, type Row, timed, until } from './measure';
import { RawImap } from './raw-imap';
import { mailboxId, type Stage } from './stage';

const PAGE = 50;
const SIGN_INS = 7;
const POSITIONS = 40;
const WARM_ROUNDS = 3;
const WORDS = ['invoice', 'travel', 'schedule', 'agreement', 'shipping'];
const ROW_ITEMS = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)';
const STATUSES = 'LIST "" * RETURN (STATUS (MESSAGES UNSEEN))';
const INDEX_LIMIT_MS = 15 * 60_000;

/** The user is deleted between the sign-ins, so that each one is the first. */
export async function coldRows(stage: Stage): Promise<Row[]> {
  const { jmap, dovecot } = stage;
  const times: number[] = [];
  const rawTimes: number[] = [];
  for (let i = 0; i < SIGN_INS; i += 1) {
    rawTimes.push(await timed(() => rawFirstPage(dovecot.ports.imap)));
    if (i > 0) await jmap.json('DELETE', '/api/user');
    stage.accountId = await jmap.accountId();
    times.push(await timed(() => firstPage(stage)));
  }
  const cold: Row = {
    what: 'first page of a mailbox never seen, after sign-in',
    budget: '< 250 ms',
    p50: 250,
    unit: 'ms',
    gatepost: figures(times),
    raw: figures(rawTimes),
  };
  // Each group can run without the others.
  await stage.imap.command('SELECT INBOX');
  return [cold, ...(await indexRows(stage))];
}

async function firstPage(stage: Stage): Promise<void> {
  const { mailboxes } = await stage.jmap.call(mailboxesRequest(stage.accountId));
  stage.mailboxes = mailboxes?.list as unknown as Mailbox[];
  const ids = await listOf(stage, 0);
  if (ids.length !== Math.min(PAGE, stage.sizes.messages)) throw new Error(`${ids.length} rows, not a page`);
}

async function rawFirstPage(port: number): Promise<void> {
  const imap = await RawImap.signIn(port, OWNER, USERS[OWNER]);
  await imap.command(STATUSES);
  await imap.command('EXAMINE INBOX');
  const total = await exists(imap);
  await imap.command(`FETCH ${Math.max(1, total - PAGE + 1)}:${total} ${ROW_ITEMS}`);
  imap.close();
}

async function exists(imap: RawImap): Promise<number> {
  const answer = (await imap.command('STATUS INBOX (MESSAGES)')).toString('latin1');
  return Number(/MESSAGES (\d+)/.exec(answer)?.[1]);
}

/** From the first page on, with somebody who goes on reading. */
async function indexRows(stage: Stage): Promise<Row[]> {
  const start = performance.now();
  const last = (await exists(stage.imap)) - 1;
  const foreground: number[] = [];
  await until(
    async () => {
      foreground.push(await timed(() => listOf(stage, 0)));
      return (await idsAt(stage, last, 1)).length > 0;
    },
    100,
    INDEX_LIMIT_MS,
  );
  const seconds = (performance.now() - start) / 1000;
  return [
    {
      what: `index of ${stage.sizes.messages} messages complete, in the background`,
      budget: '< 40 s (100,000)',
      p50: (40 * stage.sizes.messages) / 100_000,
      unit: 's',
      gatepost: figures([seconds]),
    },
    {
      what: 'first page of 50 meanwhile',
      budget: 'p95 < 50 ms',
      p95: 50,
      unit: 'ms',
      gatepost: figures(foreground),
    },
  ];
}

export async function listRows(stage: Stage): Promise<Row[]> {
  const { imap } = stage;
  const total = await exists(imap);
  const spread = random(1);
  const positions = Array.from({ length: POSITIONS }, () => spread.below(Math.max(1, total - PAGE)));
  const at = (i: number) => positions[i % positions.length] ?? 0;
  const raw = (i: number) =>
    imap.command(`FETCH ${Math.max(1, total - at(i) - PAGE + 1)}:${total - at(i)} ${ROW_ITEMS}`);
  const visits = (count: number, collapseThreads: boolean) =>
    compare(count, (i) => listOf(stage, at(i), { collapseThreads }), raw);
  const first = await visits(POSITIONS, false);
  // As the page does behind its rows: a list is warm when its previews are there, too.
  for (const position of positions) {
    await stage.jmap.call(previewsRequest(stage.accountId, await listOf(stage, position)));
  }
  const again = await visits(POSITIONS * WARM_ROUNDS, false);
  await visits(POSITIONS, true);
  const threads = await visits(POSITIONS * WARM_ROUNDS, true);
  return [
    { what: 'list of 50, any page, first visit', budget: '', unit: 'ms', ...first },
    { what: 'list of 50, any page, warm', budget: '< 5 / 15 ms', p50: 5, p95: 15, unit: 'ms', ...again },
    { what: 'the same as conversations, as the page asks', budget: '', unit: 'ms', ...threads },
  ];
}

export async function mailboxRows(stage: Stage): Promise<Row[]> {
  const { jmap, imap, accountId } = stage;
  const times = await compare(
    40,
    () => jmap.call(mailboxesRequest(accountId)),
    () => imap.command(STATUSES),
  );
  const what = `${stage.mailboxes.length} folders with counts`;
  return [{ what, budget: '< 5 ms', p50: 5, unit: 'ms', ...times }];
}

export async function searchRows(stage: Stage): Promise<Row[]> {
  const word = (i: number) => WORDS[i % WORDS.length] ?? '';
  const visits = (count: number, indexOnly: boolean) =>
    compare(
      count,
      (i) => listOf(stage, 0, { subject: word(i), indexOnly }),
      (i) => stage.imap.search(`SUBJECT ${word(i)}`),
    );
  // Dovecot reads every header once, and remembers.
  const first: { gatepost: Figures; raw: Figures } = await visits(1, true);
  const again = await visits(WORDS.length * 4, true);
  const whole = await visits(WORDS.length, false);
  return [
    { what: 'header search (subject), as any client asks', budget: '', unit: 'ms', ...whole },
    { what: 'header search (subject), first', budget: '', unit: 'ms', ...first },
    {
      what: 'header search (subject), again',
      budget: '< 10 / 50 ms (10,000 / 100,000)',
      p50: stage.sizes.messages <= 10_000 ? 10 : 50,
      unit: 'ms',
      ...again,
    },
  ];
}

interface ListOptions {
  collapseThreads?: boolean;
  subject?: string;
  /** What is shown first, while the server is asked for the rest. */
  indexOnly?: boolean;
}

/** One screen of the inbox by the page's own request. */
async function listOf(
  stage: Stage,
  position: number,
  { collapseThreads = false, subject, indexOnly = false }: ListOptions = {},
): Promise<Id[]> {
  const condition: EmailFilterCondition = { inMailbox: mailboxId(stage, 'inbox') };
  if (subject !== undefined) condition.subject = subject;
  const query = { filter: condition, collapseThreads };
  const calls = windowRequest(stage.accountId, query, { position, limit: PAGE });
  if (indexOnly)
    for (const [name, args] of calls) if (name === 'Email/query') args['gatepost:indexOnly'] = true;
  const answers = await stage.jmap.call(calls);
  return answers.query?.ids as Id[];
}

async function idsAt(stage: Stage, position: number, limit: number): Promise<Id[]> {
  const filter = { inMailbox: mailboxId(stage, 'inbox') };
  const { accountId } = stage;
  const { ids } = await stage.jmap.ask('Email/query', { accountId, filter, position, limit });
  return ids as Id[];
}
