/** POP3: a whole mailbox collected by a Gatepost of its own while somebody looks at it, beside RETR, RETR, RETR. */
import { windowRequest } from '@/lib/client/requests';
import type { Mailbox } from '@/lib/jmap/types';
import { startGatepost } from '@/test/servers/gatepost';
import { JmapHttp } from './jmap-http';
import { COLLECTOR, USERS } from './mailboxes';
import { figures, type Row, timed, until } from './measure';
import { retrieveAll } from './raw-pop3';
import type { Stage } from './stage';

const RAW_RUNS = 3;
/** A page asks when it is told of a change, at most. */
const LOOK_MS = 250;
const PAGE = 50;
const LIMIT_MS = 10 * 60_000;

export async function importRows({ dovecot, submission, sizes }: Stage): Promise<Row[]> {
  const rates: number[] = [];
  for (let i = 0; i < RAW_RUNS; i += 1) {
    const ms = await timed(() => retrieveAll(dovecot.ports.pop3, COLLECTOR, USERS[COLLECTOR]));
    rates.push((sizes.small * 1000) / ms);
  }
  const gatepost = await startGatepost({
    MAIL_POP3: `pop3s://localhost:${dovecot.ports.pop3s}`,
    MAIL_SMTP: `smtps://localhost:${submission.port}`,
    TLS_CA_FILE: dovecot.tls.caFile,
    LOG_LEVEL: 'warn',
  });
  try {
    const { seconds, lists } = await collect(
      JmapHttp.basic(gatepost.url, COLLECTOR, USERS[COLLECTOR]),
      sizes.small,
    );
    return [
      {
        what: `POP3 import of ${sizes.small} small messages (raw: pipelined RETR, kept nowhere)`,
        budget: '> 2000 messages/s',
        least: 2000,
        unit: 'messages/s',
        gatepost: figures([sizes.small / seconds]),
        raw: figures(rates),
      },
      {
        what: 'the first page of the list meanwhile',
        budget: 'p95 < 50 ms',
        p95: 50,
        unit: 'ms',
        gatepost: figures(lists),
      },
    ];
  } finally {
    await gatepost.stop();
  }
}

/** From the wish to the last message; and how long each look at the list took. */
async function collect(jmap: JmapHttp, wanted: number): Promise<{ seconds: number; lists: number[] }> {
  const accountId = await jmap.accountId();
  const everything = JSON.stringify({ settings: { pop3: { firstRun: 'all' } } });
  await jmap.json('PATCH', `/api/accounts/${accountId}`, everything);
  const lists: number[] = [];
  const start = performance.now();
  await jmap.json('POST', `/api/accounts/${accountId}/fetch`);
  await until(
    async () => {
      const { list } = await jmap.ask('Mailbox/get', { accountId, ids: null });
      const inbox = (list as unknown as Mailbox[]).find(({ role }) => role === 'inbox');
      const query = { filter: { inMailbox: inbox?.id ?? '' }, collapseThreads: false };
      const rows = windowRequest(accountId, query, { position: 0, limit: PAGE });
      lists.push(await timed(() => jmap.call(rows)));
      return inbox?.totalEmails === wanted;
    },
    LOOK_MS,
    LIMIT_MS,
  );
  const seconds = (performance.now() - start) / 1000;
  jmap.close();
  return { seconds, lists };
}
