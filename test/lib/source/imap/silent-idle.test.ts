/** A server that lets us wait and tells nothing of what comes: Exchange at times, and what a NAT forgot (security.md R9). */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, PASSWORD } from './imap-account';

const USER = 'silent';
const MAX_MS = 300_000;
/** From here on connections are made, which takes a time that no clock tells. */
const RUSHED_SECONDS = 230;

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount | null = null;
/** From the first IDLE to the next look. */
let isSilent = false;

beforeEach(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  const offered = withoutCapabilities('NOTIFY');
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: (line) =>
      isSilent && /^\* (\d+ (EXISTS|RECENT)|OK \[HIGHESTMODSEQ)/.test(line) ? null : offered(line),
    fromClient: (line) => {
      if (/ SELECT /.test(line)) isSilent = false;
      return line;
    },
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await account?.close();
  await proxy.stop();
  await dovecot.stop();
});

const sent = (what: RegExp) => proxy.sent().filter((line) => what.test(line)).length;
const soon = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

it('R9, pitfall 19: what a silent IDLE keeps to itself is found within five minutes', async () => {
  const opened = await openAtInbox(dovecot, { user: USER, port: proxy.port });
  account = opened.account;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], shouldAdvanceTime: true });
  account.source.watch([opened.inbox]);
  // The looks that come with the first IDLE are over.
  await soon(() => expect(sent(/ IDLE$/)).toBe(1));
  await soon(() => expect(sent(/ SELECT /)).toBeGreaterThanOrEqual(4));
  await account.source.refreshMailbox(opened.inbox, 50);
  isSilent = true;
  const since = Date.now();
  await dovecot.deliver(USER, 'Subject: unheard\n\nx\n');
  for (let seconds = 0; seconds < RUSHED_SECONDS; seconds += 5) {
    await vi.advanceTimersByTimeAsync(5_000);
    // Each renewal is answered before the clock goes on.
    await soon(() => expect(sent(/ IDLE$/)).toBe(sent(/^DONE$/) + 1));
  }
  const total = async () => (await opened.account.index.mailbox(opened.inbox))?.totalEmails;
  expect(await total()).toBe(0);
  await vi.waitFor(async () => expect(await total()).toBe(1), { timeout: 30_000, interval: 50 });
  expect(Date.now() - since).toBeLessThan(MAX_MS);
});
