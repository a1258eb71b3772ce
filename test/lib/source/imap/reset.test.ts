/** Servers that begin a mailbox anew without saying so: Dovecot gives the old UIDVALIDITY again where a session had it open. */
import { expect, it } from 'vitest';
import { bareImap, type Rewrite } from '@/test/servers/proxy';
import { behindProxy } from './behind-proxy';
import { PASSWORD } from './imap-account';
import { settle } from './views';

const there = behindProxy();

const sameValidity: Rewrite = (line) => line.replace(/UIDVALIDITY \d+/, 'UIDVALIDITY 77');

async function openAt(user: string, fromServer: Rewrite) {
  await there.dovecot.addUser(user, PASSWORD);
  await there.dovecot.doveadm('mailbox', 'create', '-u', user, 'Work');
  for (let n = 1; n <= 8; n += 1) await deliver(user, `old ${n}`);
  const account = await there.open(user, { fromServer });
  await settle(account.source, account.index);
  const work = (await account.index.mailboxes()).find(({ name }) => name === 'Work')?.id ?? '';
  return { ...account, work };
}

function deliver(user: string, subject: string): Promise<unknown> {
  return there.dovecot.deliver(user, `Subject: ${subject}\n\nx\n`, { mailbox: 'Work' });
}

async function subjects(mailboxId: string): Promise<(string | null | undefined)[]> {
  const locations = await there.account.index.mailboxLocations(mailboxId, 1, Number.MAX_SAFE_INTEGER);
  const rows = await there.account.index.emails(locations.map(({ emailId }) => emailId));
  return rows.map(({ headers }) => headers?.subject).sort();
}

it.each<[tier: string, rewrite: Rewrite]>([
  ['QRESYNC', (line) => line],
  ['bare IMAP4rev1', (line) => bareImap(line)],
])(
  'I7, R14: where UIDNEXT went back under the same UIDVALIDITY the mailbox is another one: %s',
  async (tier, rewrite) => {
    const user = `reset${tier.length}`;
    const { source, work } = await openAt(user, (line) => sameValidity(rewrite(line) ?? ''));
    expect(await subjects(work)).toHaveLength(8);
    await there.dovecot.doveadm('mailbox', 'delete', '-u', user, 'Work');
    await there.dovecot.doveadm('mailbox', 'create', '-u', user, 'Work');
    for (const name of ['one', 'two']) await deliver(user, `new ${name}`);
    await source.refreshMailbox(work, 5);
    await source.filled();
    expect(await subjects(work)).toEqual(['new one', 'new two']);
    await deliver(user, 'new three');
    await source.refreshMailbox(work, 5);
    expect(await subjects(work)).toEqual(['new one', 'new three', 'new two']);
  },
);

it('R14: a UIDNEXT that is only said wrong takes nothing from the index', async () => {
  let isWrong = false;
  const wrong: Rewrite = (line) => (isWrong ? line.replace(/UIDNEXT \d+/, 'UIDNEXT 2') : line);
  const { index, source, work } = await openAt('wrong', wrong);
  const state = await index.state();
  isWrong = true;
  await source.refreshMailbox(work, 5);
  await source.filled();
  expect(await index.state()).toBe(state);
  expect(await subjects(work)).toHaveLength(8);
});

it('R14: where mod-sequences began anew, flags and what went are found by comparing', async () => {
  let isAnew = false;
  const anew: Rewrite = (line) => (isAnew ? line : line.replace(/HIGHESTMODSEQ \d+/, 'HIGHESTMODSEQ 999999'));
  const { index, source, work } = await openAt('anew', anew);
  await there.dovecot.doveadm('flags', 'add', '-u', 'anew', '\\Flagged', 'mailbox', 'Work', 'uid', '3');
  await there.dovecot.doveadm('expunge', '-u', 'anew', 'mailbox', 'Work', 'uid', '1');
  isAnew = true;
  await source.refreshMailbox(work, 5);
  const locations = await index.mailboxLocations(work, 1, 100);
  expect(locations.map(({ uid }) => uid)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  expect(locations.find(({ uid }) => uid === 3)?.keywords).toEqual(['$flagged']);
});
