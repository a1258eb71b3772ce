/** Previews that a list shows before they are written. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

const USER = 'previews';

let dovecot: DovecotServer;
let account: ImapAccount;
beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  await dovecot.deliver(USER, 'Subject: mail\n\nThe first words.\n');
  account = await openImapAccount(dovecot, { user: USER });
  await account.source.refreshMailboxes();
});
afterAll(async () => {
  await account?.close();
  await dovecot.stop();
});

it('are told before they are written, asked of the server once, and found in the index afterwards', async () => {
  const { index, source } = account;
  const inbox = await account.byRole('inbox');
  await source.refreshMailbox(inbox, 10);
  const [id = ''] = (await index.mailboxLocations(inbox, 1, 100)).map(({ emailId }) => emailId);
  const write = index.writeBehind.bind(index);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const writes = vi.spyOn(index, 'writeBehind').mockImplementation(async (work) => {
    await held;
    return write(work);
  });
  const fetches = () => source.diagnostics?.().log.filter(({ command }) => command.includes('FETCH')).length;
  expect((await source.fill([id], ['preview'])).get(id)).toBe('The first words.');
  const before = fetches();
  expect((await source.fill([id], ['preview'])).get(id)).toBe('The first words.');
  expect(fetches()).toBe(before);
  expect((await index.emails([id]))[0]?.preview).toBeNull();
  release();
  await expect.poll(async () => (await index.emails([id]))[0]?.preview).toBe('The first words.');
  expect(writes).toHaveBeenCalledTimes(1);
});
