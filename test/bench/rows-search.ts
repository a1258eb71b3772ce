/** The rows about the whole mailbox: lists in other orders, and words in bodies. */
import { ROW_PROPERTIES, windowRequest } from '@/lib/client/requests';
import type { Invocation } from '@/lib/jmap/types';
import { compare, figures, type Row, timed } from './measure';
import { mailboxId, type Stage } from './stage';

const PAGE = 50;
const SORTS = { receivedAt: 'REVERSE ARRIVAL', from: 'FROM', size: 'REVERSE SIZE', subject: 'SUBJECT' };
const ROUNDS = 5;
const FIRST_HITS = 5;
/** In many letters; short, so that the server cannot pass over much. */
const WORD = 'quarter';

/** Each order once to make it, then at other places, whose previews are read, then there again. */
export async function sortRows(stage: Stage): Promise<Row[]> {
  const sorts = Object.entries(SORTS);
  const visits = (rounds: number) =>
    compare(
      rounds * sorts.length,
      (i) => sortedPage(stage, sorts[i % sorts.length]?.[0] ?? '', PAGE * i),
      (i) => stage.imap.command(`UID SORT (${sorts[i % sorts.length]?.[1]}) UTF-8 ALL`),
    );
  const first = await visits(1);
  const elsewhere = await visits(ROUNDS);
  const again = await visits(ROUNDS);
  return [
    {
      what: 'sorted by date, sender, size, subject, first (raw: SORT)',
      budget: '',
      unit: 'ms',
      ...first,
    },
    { what: 'the same, at other places', budget: '', unit: 'ms', ...elsewhere },
    { what: 'the same, again', budget: '< 15 ms', p50: 15, unit: 'ms', ...again },
  ];
}

async function sortedPage(stage: Stage, property: string, position: number): Promise<void> {
  const { accountId } = stage;
  const sort = [{ property, isAscending: property !== 'receivedAt' && property !== 'size' }];
  const filter = { inMailbox: mailboxId(stage, 'inbox') };
  const ids = { resultOf: 'query', name: 'Email/query', path: '/ids' };
  const calls: Invocation[] = [
    ['Email/query', { accountId, filter, sort, position, limit: PAGE }, 'query'],
    ['Email/get', { accountId, '#ids': ids, properties: ROW_PROPERTIES }, 'rows'],
  ];
  await stage.jmap.call(calls);
}

/** What the index knows is shown at once; the server reads every message meanwhile. */
export async function bodyRows(stage: Stage): Promise<Row[]> {
  const { jmap, imap, accountId } = stage;
  const filter = { inMailbox: mailboxId(stage, 'inbox'), body: WORD };
  const query = { accountId, filter, limit: PAGE };
  const hits: number[] = [];
  for (let i = 0; i < FIRST_HITS; i += 1) {
    hits.push(await timed(() => jmap.ask('Email/query', { ...query, 'gatepost:indexOnly': true })));
  }
  const raw = await timed(() => imap.search(`BODY ${WORD}`));
  const whole = await timed(() =>
    jmap.call(windowRequest(accountId, { filter, collapseThreads: false }, { position: 0, limit: PAGE })),
  );
  return [
    {
      what: 'body search, first hits',
      budget: '< 300 ms',
      p50: 300,
      unit: 'ms',
      gatepost: figures(hits),
    },
    {
      what: 'body search, complete (raw: SEARCH BODY, asked before)',
      budget: '',
      unit: 'ms',
      gatepost: figures([whole]),
      raw: figures([raw]),
    },
  ];
}
