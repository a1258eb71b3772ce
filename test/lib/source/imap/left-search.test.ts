/** A search that nobody waits for any more ends at the server, too, and no click stands behind it (design: cancellable). */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, PASSWORD, USER } from './imap-account';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;
let inbox: Id;
/** The server searches without an end. */
let isSlow = false;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  await dovecot.deliver(USER, 'Subject: mail\n\nzebra\n');
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  isSlow = true;
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromClient: (line) => (isSlow && / UID SEARCH .*BODY/.test(line) ? null : line),
  });
  ({ account, inbox } = await openAtInbox(dovecot, { port: proxy.port }));
});
afterEach(async () => {
  await account.close();
  await proxy.stop();
});

const never = new AbortController().signal;
const begun = (count = 1) =>
  vi.waitFor(
    () => expect(proxy.sent().filter((line) => / UID SEARCH .*BODY/.test(line))).toHaveLength(count),
    10_000,
  );

it('pitfall 33: gives its own connection up, and leaves the one that clicks wait on alone', async () => {
  const left = new AbortController();
  const span = { since: null, before: null, left: left.signal };
  const search = account.source.search({ body: 'zebra' }, [inbox], never, span);
  const ended = expect(search).rejects.toMatchObject({ code: 'connectionLost' });
  await begun();
  expect(proxy.open()).toBe(2);
  left.abort();
  await account.source.refreshMailbox(inbox, 50);
  await ended;
  await vi.waitFor(() => expect(proxy.open()).toBe(1), 5_000);
  // Nobody signed in anew for it, and nothing is wrong with the account.
  expect(proxy.accepted()).toBe(2);
  expect(account.source.status()).toMatchObject({ connection: 'ready', error: null });
  isSlow = false;
  const found = await account.source.search({ body: 'zebra' }, [inbox], never);
  expect(found).toMatchObject({ emailIds: [expect.any(String)], partial: false });
});

it('whose time is up is not begun once more on a new connection', async () => {
  const time = new AbortController();
  const search = account.source.search({ body: 'zebra' }, [inbox], time.signal);
  const ended = expect(search).rejects.toMatchObject({ code: 'connectionLost' });
  await begun();
  time.abort();
  await ended;
  expect(proxy.accepted()).toBe(2);
});
