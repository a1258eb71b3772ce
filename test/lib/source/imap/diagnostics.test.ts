/** What the person is told of the connections, and that a peer that hangs is noticed (security.md R7, S17). */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { idle } from '@/lib/imap/idle';
import { select } from '@/lib/imap/select';
import { ImapSession } from '@/lib/imap/session';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, netConfig, openImapAccount, PASSWORD } from './imap-account';

const USER = 'told';
const SECRET_WORD = 'xylophone';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  await dovecot.deliver(USER, `Subject: ${SECRET_WORD}\n\nx\n`);
  proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls });
  account = await openImapAccount(dovecot, { user: USER, port: proxy.port });
});
afterAll(async () => {
  await account.close();
  await proxy.stop();
  await dovecot.stop();
});

const report = () => account.source.diagnostics?.() ?? { watching: null, connections: [], slow: [], log: [] };

it('tells what is open, and each command without its contents', async () => {
  expect(report()).toEqual({ watching: null, connections: [], slow: [], log: [] });
  await account.source.refreshMailboxes();
  const inbox = await account.byRole('inbox');
  await account.source.refreshMailbox(inbox, 10);
  await account.source.search({ text: SECRET_WORD }, [inbox], new AbortController().signal);
  const { connections, log } = report();
  expect(connections.map(({ use }) => use).sort()).toEqual(['bulk', 'interactive']);
  expect(connections.every(({ since }) => Date.now() - since < 60_000)).toBe(true);
  const commands = log.map(({ command, result }) => `${command} -> ${result}`);
  expect(commands).toContain('connect -> OK');
  expect(commands.some((line) => /^UID SEARCH .*TEXT \{9\} -> OK$/.test(line))).toBe(true);
  expect(commands.some((line) => /^FETCH 1:1 \(UID FLAGS .*BODYSTRUCTURE.* -> OK$/.test(line))).toBe(true);
  const everything = JSON.stringify(report());
  for (const secret of [SECRET_WORD, PASSWORD, USER]) expect(everything).not.toContain(secret);
});

it('tells what failed, and how changes are noticed', async () => {
  await expect(
    account.source.createMailbox({ name: 'INBOX', parentId: null, role: null, isSubscribed: true }),
  ).rejects.toThrow();
  expect(report().log.some(({ command, result }) => command === 'CREATE "…"' && result !== 'OK')).toBe(true);
  account.source.watch([await account.byRole('inbox')]);
  await vi.waitFor(() => expect(report().watching).toBe('notify'), 10_000);
  expect(report().connections.map(({ use }) => use)).toContain('watch');
  proxy.cut();
  await vi.waitFor(() => expect(report().log.some(({ command }) => command === 'close')).toBe(true), 10_000);
});

it('R7, R9, pitfall 19: a peer that hangs while we idle is noticed when it does not answer the renewal', async () => {
  const login = { host: 'localhost', port: proxy.port, security: 'tls' as const, user: USER };
  const session = await ImapSession.open(login, { password: PASSWORD }, netConfig(dovecot));
  await select(session, 'INBOX');
  const idling = idle(session, { onChange: () => undefined }, new AbortController().signal, 300);
  const outcome = expect(idling).rejects.toMatchObject({ code: 'connectionTimeout' });
  await vi.waitFor(
    () => expect(proxy.sent().filter((line) => line === 'DONE').length).toBeGreaterThan(1),
    10_000,
  );
  proxy.freeze(true);
  await outcome;
  expect(session.alive).toBe(false);
  proxy.freeze(false);
});
