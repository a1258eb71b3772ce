/** What a person has open while another program renames, deletes or renews its mailbox, before anybody has noticed. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

let dovecot: DovecotServer;
let account: ImapAccount;
let user: string;
let count = 0;
let work: Id;
let other: Id;
let ids: Id[];

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  count += 1;
  user = `user${count}`;
  await dovecot.addUser(user, PASSWORD);
  for (const mailbox of ['Work', 'Other'])
    for (const n of [1, 2])
      await dovecot.deliver(
        user,
        `Subject: ${mailbox} ${n}\nMessage-ID: <${mailbox}${n}@x.org>\n\nbody ${n}\n`,
        {
          mailbox,
        },
      );
  account = await openImapAccount(dovecot, { user });
  await account.source.refreshMailboxes();
  const named = async (name: string) =>
    (await account.index.mailboxes()).find((mailbox) => mailbox.name === name)?.id ?? '';
  [work, other] = [await named('Work'), await named('Other')];
  for (const id of [work, other]) await account.source.refreshMailbox(id, 50);
  ids = (await account.index.mailboxLocations(work, 1, 1_000)).map(({ emailId }) => emailId);
});
afterEach(() => account.close());

const rename = () => dovecot.doveadm('mailbox', 'rename', '-u', user, 'Work', 'Renamed');
const remove = () => dovecot.doveadm('mailbox', 'delete', '-u', user, 'Work');
const none = { addKeywords: [], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };

async function textOf(id: Id): Promise<string> {
  const chunks = [];
  for await (const chunk of await account.source.readRaw(id)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('renamed: what is opened is read where it is now', async () => {
  await rename();
  expect(await textOf(ids[0] ?? '')).toContain('Subject: Work 1');
});

it('renamed: what a list lacks is read where it is now', async () => {
  await rename();
  const previews = await account.source.fill(ids, ['preview']);
  expect([...previews.values()]).toEqual(['body 1', 'body 2']);
});

it('renamed: flags, moves and removals are done where it is now', async () => {
  await rename();
  const [first = '', second = ''] = ids;
  const flagged = await account.source.updateEmails([{ ...none, id: first, addKeywords: ['$flagged'] }]);
  expect(flagged.get(first)).toBeNull();
  await dovecot.doveadm('mailbox', 'rename', '-u', user, 'Renamed', 'Again');
  const patch = { ...none, id: first, addMailboxes: [other], removeMailboxes: [work] };
  expect((await account.source.updateEmails([patch])).get(first)).toBeNull();
  await dovecot.doveadm('mailbox', 'rename', '-u', user, 'Again', 'Last');
  expect((await account.source.destroyEmails([second])).get(second)).toBeNull();
  const left = await dovecot.doveadm('search', '-u', user, 'mailbox', 'Last', 'all');
  expect(left.trim()).toBe('');
});

it('deleted: one mailbox that is gone does not take the rest of a list along', async () => {
  await remove();
  const others = (await account.index.mailboxLocations(other, 1, 1_000)).map(({ emailId }) => emailId);
  const previews = await account.source.fill([...ids, ...others], ['preview']);
  expect([...previews.keys()].sort()).toEqual(others.sort());
  expect(await account.index.emails(ids)).toEqual([]);
});

it('deleted: what is in another mailbox, too, is read there', async () => {
  const [id = ''] = ids;
  const copied = await account.source.updateEmails([{ ...none, id, addMailboxes: [other] }]);
  expect(copied.get(id)).toBeNull();
  await remove();
  expect(await textOf(id)).toContain('Subject: Work 1');
});

it('deleted: what was nowhere else is told as gone', async () => {
  await remove();
  await expect(textOf(ids[0] ?? '')).rejects.toMatchObject({ code: 'notFound' });
});

it('R14, I7: under another UIDVALIDITY what is opened is the same message', async () => {
  const id = ids[1] ?? '';
  await account.source.fill([id], ['preview']);
  // Without its list of UIDs Dovecot begins anew.
  await rm(join(dovecot.directory, 'home', user, 'Maildir', '.Work', 'dovecot-uidlist'));
  await dovecot.doveadm('index', '-u', user, 'Work');
  const rows = await account.source.fill([id], ['headers']);
  expect(rows.has(id)).toBe(true);
  expect(await textOf(id)).toContain('Subject: Work 2');
});
