/** Servers that begin a mailbox anew without saying so: Dovecot gives the old UIDVALIDITY again where a session had it open. */
import { describe, expect, it } from 'vitest';
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

describe('where the server gives no ids, what left the mailbox before it was begun anew', () => {
  const NONE = { addKeywords: [], removeKeywords: [] };
  const named = (subject: string, mailbox: string, user: string) =>
    there.dovecot.deliver(user, `Subject: ${subject}\nMessage-ID: <${subject.replace(' ', '')}@x>\n\nx\n`, {
      mailbox,
    });

  async function movedThenReset(user: string) {
    const bare: Rewrite = (line) => sameValidity(bareImap(line) ?? '');
    const { dovecot } = there;
    await dovecot.addUser(user, PASSWORD);
    await dovecot.doveadm('mailbox', 'create', '-u', user, 'Work');
    await named('old 1', 'Work', user);
    await named('guest 2', 'INBOX', user);
    const { source, index, byRole } = await there.open(user, { fromServer: bare });
    await settle(source, index);
    const work = (await index.mailboxes()).find(({ name }) => name === 'Work')?.id ?? '';
    const [inbox, archive] = [await byRole('inbox'), await byRole('archive')];
    const at = async (mailbox: string, uid: number) =>
      (await index.mailboxLocations(mailbox, uid, uid))[0]?.emailId ?? '';
    const move = async (id: string, from: string, to: string) =>
      expect(
        (await source.updateEmails([{ ...NONE, id, addMailboxes: [to], removeMailboxes: [from] }])).get(id),
      ).toBeNull();
    const [old, guest] = [await at(work, 1), await at(inbox, 1)];
    await move(guest, inbox, work);
    expect(await at(work, 2)).toBe(guest);
    for (const n of [3, 4, 5]) await named(`old ${n}`, 'Work', user);
    await source.refreshMailbox(work, 10);
    const third = await at(work, 3);
    for (const id of [old, guest, third]) await move(id, work, archive);
    await source.refreshMailbox(work, 10);
    await dovecot.doveadm('mailbox', 'delete', '-u', user, 'Work');
    await dovecot.doveadm('mailbox', 'create', '-u', user, 'Work');
    for (const n of [1, 2]) await named(`new ${n}`, 'Work', user);
    await source.refreshMailbox(work, 10);
    await named('new 3', 'Work', user);
    await source.refreshMailbox(work, 10);
    return { index, source, work, archive, moved: [old, guest, third] };
  }

  it('I7, R14: is not taken for what came under its UID', async () => {
    const { index, source, work, archive, moved } = await movedThenReset('again');
    await settle(source, index);
    expect(await subjects(work)).toEqual(['new 1', 'new 2', 'new 3']);
    expect(await subjects(archive)).toEqual(['guest 2', 'old 1', 'old 3']);
    const rows = await index.emails(moved);
    expect(rows.map(({ headers }) => headers?.subject)).toEqual(['old 1', 'guest 2', 'old 3']);
    expect(rows.map(({ mailboxIds }) => mailboxIds)).toEqual([[archive], [archive], [archive]]);
  });
});
