/** What Gatepost takes from imapflow beside its types, and what it adds. */
import { expect, it } from 'vitest';
import { fetchRows } from '@/lib/imap/fetch';
import { select } from '@/lib/imap/select';
import { ImapSession } from '@/lib/imap/session';
import { netConfig } from '@/test/lib/source/imap/imap-account';
import { startDovecot } from '@/test/servers/dovecot';

const USER = 'reader';
const PASSWORD = 'secret word';
const MESSAGES = 8;
/** Longer than anybody else may wait. */
const WORK_MS = 7;

it('lets others have their turn between the rows of an answer that came at once', async () => {
  const dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  for (let i = 1; i <= MESSAGES; i += 1) await dovecot.deliver(USER, `Subject: ${i}\n\nx\n`);
  const login = { host: 'localhost', port: dovecot.ports.imaps, security: 'tls', user: USER } as const;
  const session = await ImapSession.open(login, { password: PASSWORD }, netConfig(dovecot));
  await select(session, 'INBOX', true);
  let turns = 0;
  const turnsBefore: number[] = [];
  await fetchRows(session, '1:*', { flags: true }, () => {
    turnsBefore.push(turns);
    const end = performance.now() + WORK_MS;
    while (performance.now() < end);
    setImmediate(() => {
      turns += 1;
    });
  });
  await session.logout();
  await dovecot.stop();
  expect(turnsBefore).toEqual([...Array(MESSAGES).keys()]);
});
