/** Servers whose SEARCH leaves out what is there: what is not seen is not known, and nothing is taken for deleted (I8). */
import { expect, it } from 'vitest';
import { type Rewrite, withoutCapabilities } from '@/test/servers/proxy';
import { behindProxy } from './behind-proxy';
import { PASSWORD } from './imap-account';
import { settle } from './views';

const MESSAGES = 12;
const NAME = 'Письма';

const there = behindProxy();

async function openAt(user: string, fromServer: Rewrite, fromClient: Rewrite = (line) => line) {
  await there.dovecot.addUser(user, PASSWORD);
  await there.dovecot.doveadm('mailbox', 'create', '-u', user, NAME);
  for (let n = 1; n <= MESSAGES; n += 1) await there.dovecot.deliver(user, `Subject: mail ${n}\n\nx\n`);
  const account = await there.open(user, { fromServer, fromClient });
  await settle(account.source, account.index);
  return { ...account, inbox: await account.byRole('inbox') };
}

it('pitfall 23: a server that claims IMAP4rev2, and then finds nothing, is not asked for it', async () => {
  let isEnabled = false;
  const claim: Rewrite = (line) =>
    isEnabled && /^\* E?SEARCH/.test(line)
      ? line.replace(/ (ALL|\d).*/, '')
      : line.replace(/CAPABILITY IMAP4rev1/, 'CAPABILITY IMAP4rev1 IMAP4rev2');
  const { index, inbox } = await openAt('rev2', claim, (line) => {
    isEnabled ||= / ENABLE .*IMAP4rev2/i.test(line);
    return line;
  });
  expect(await index.mailboxLocations(inbox, 1, 100)).toHaveLength(MESSAGES);
  const mailboxes = await index.mailboxes();
  expect(mailboxes.find(({ name }) => name === NAME)?.wire).toMatchObject({ filledDownTo: 1 });
});

it('pitfall 26: what a SEARCH of the newest alone leaves out is not taken for deleted; what is deleted goes', async () => {
  let isCapped = false;
  const bare = withoutCapabilities('QRESYNC', 'CONDSTORE', 'ENABLE', 'ESEARCH');
  const { index, source, inbox } = await openAt('capped', (line) =>
    isCapped ? line.replace(/^(\* SEARCH).*?((?: \d+){1,4})$/, '$1$2') : bare(line),
  );
  const state = await index.state();
  isCapped = true;
  await source.refreshMailbox(inbox, 5);
  expect(await index.state()).toBe(state);
  await there.dovecot.doveadm('expunge', '-u', 'capped', 'mailbox', 'INBOX', 'uid', '2');
  await source.refreshMailbox(inbox, 5);
  const locations = await index.mailboxLocations(inbox, 1, 100);
  expect(locations.map(({ uid }) => uid)).toEqual([
    1,
    ...Array.from({ length: MESSAGES - 2 }, (_, at) => at + 3),
  ]);
});
