import { existsSync, readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DovecotServer, startDovecot } from './dovecot';
import { type ImapProxy, startProxy, withoutCapabilities } from './proxy';
import { WireLines } from './wire-lines';

let dovecot: DovecotServer;
let proxy: ImapProxy;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { 'alice@example.org': 'secret' } });
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: withoutCapabilities('MOVE', 'CONDSTORE'),
  });
});

afterAll(async () => {
  await proxy.stop();
  await dovecot.stop();
});

function client(port: number, user = 'alice@example.org', pass = 'secret'): ImapFlow {
  const flow = new ImapFlow({
    host: 'localhost',
    port,
    secure: true,
    auth: { user, pass },
    tls: { ca: readFileSync(dovecot.tls.caFile) },
    logger: false,
  });
  flow.on('error', () => undefined);
  return flow;
}

it('delivers into any mailbox, with flags and date', async () => {
  await dovecot.deliver('alice@example.org', 'Subject: one\n\nhello\n', {
    flags: 'S',
    receivedAt: 86_400_000,
  });
  await dovecot.deliver('alice@example.org', 'Subject: two\n\nhello\n', { mailbox: 'Work/Deep' });
  const flow = client(dovecot.ports.imaps);
  await flow.connect();
  const status = await flow.status('Work/Deep', { messages: true });
  expect(status).toMatchObject({ messages: 1 });
  await flow.mailboxOpen('INBOX');
  const message = await flow.fetchOne('1', { flags: true, internalDate: true });
  expect(message).toMatchObject({ internalDate: new Date(86_400_000) });
  await flow.logout();
});

it('takes capabilities away through the proxy and cuts its sockets', async () => {
  const flow = client(proxy.port);
  await flow.connect();
  expect(flow.capabilities.has('UIDPLUS')).toBe(true);
  expect(flow.capabilities.has('MOVE')).toBe(false);
  const closed = new Promise((done) => flow.once('close', () => done(true)));
  proxy.cut();
  expect(await closed).toBe(true);
});

it('knows users that are added while it runs, and comes back after a restart with its mail', async () => {
  await dovecot.addUser('bob', 'hunter2');
  await dovecot.deliver('bob', 'Subject: kept\n\nhello\n');
  await dovecot.restart();
  const flow = client(dovecot.ports.imaps, 'bob', 'hunter2');
  await flow.connect();
  expect(await flow.status('INBOX', { messages: true })).toMatchObject({ messages: 1 });
  await flow.logout();
  expect(existsSync(dovecot.directory)).toBe(true);
});

it('rewrites lines at every split point and leaves literals alone', () => {
  const text = '* 1 FETCH (BODY[] {8}\r\nMOVE\r\nxy)\r\n* MOVE\r\n';
  for (let cut = 0; cut <= text.length; cut += 1) {
    const wire = new WireLines((line) => line.replace('MOVE', 'GONE'));
    const out = [text.slice(0, cut), text.slice(cut)].map((part) => wire.push(Buffer.from(part)).toString());
    expect(out.join('')).toBe('* 1 FETCH (BODY[] {8}\r\nMOVE\r\nxy)\r\n* GONE\r\n');
  }
});
