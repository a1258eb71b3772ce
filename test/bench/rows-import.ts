/** POP3: a whole mailbox collected by a Gatepost of its own, beside RETR, RETR, RETR. */
import type { Mailbox } from '@/lib/jmap/types';
import { startGatepost } from '@/test/servers/gatepost';
import { JmapHttp } from './jmap-http';
import { COLLECTOR, USERS } from './mailboxes';
import { figures, type Row, timed, until } from './measure';
import { retrieveAll } from './raw-pop3';
import type { Stage } from './stage';

const RAW_RUNS = 3;
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
    const seconds = await collect(JmapHttp.basic(gatepost.url, COLLECTOR, USERS[COLLECTOR]), sizes.small);
    return [
      {
        what: `POP3 import of ${sizes.small} small messages (raw: pipelined RETR, kept nowhere)`,
        budget: '> 2000 messages/s',
        least: 2000,
        unit: 'messages/s',
        gatepost: figures([sizes.small / seconds]),
        raw: figures(rates),
      },
    ];
  } finally {
    await gatepost.stop();
  }
}

/** Seconds from the wish to the last message. */
async function collect(jmap: JmapHttp, wanted: number): Promise<number> {
  const accountId = await jmap.accountId();
  const everything = JSON.stringify({ settings: { pop3: { firstRun: 'all' } } });
  await jmap.json('PATCH', `/api/accounts/${accountId}`, everything);
  const start = performance.now();
  await jmap.json('POST', `/api/accounts/${accountId}/fetch`);
  await until(
    async () => {
      const { list } = await jmap.ask('Mailbox/get', { accountId, ids: null });
      const inbox = (list as unknown as Mailbox[]).find(({ role }) => role === 'inbox');
      return inbox?.totalEmails === wanted;
    },
    50,
    LIMIT_MS,
  );
  const seconds = (performance.now() - start) / 1000;
  jmap.close();
  return seconds;
}
