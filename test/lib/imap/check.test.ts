import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkImap } from '@/lib/imap/check';
import { ImapSession } from '@/lib/imap/session';
import type { NetConfig } from '@/lib/net/guard';
import type { Security, ServerLogin } from '@/lib/net/types';
import { netConfig } from '@/test/lib/source/imap/imap-account';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { freePorts } from '@/test/servers/ports';
import { startProxy, withoutCapabilities } from '@/test/servers/proxy';

let dovecot: DovecotServer;
let config: NetConfig;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { 'alice@example.org': 'pass"word\\ ü' } });
  config = netConfig(dovecot);
});
afterAll(() => dovecot.stop());

const login = (port: number, security: Security = 'tls'): ServerLogin => ({
  host: 'localhost',
  port,
  security,
  user: 'alice@example.org',
});
const secret = { password: 'pass"word\\ ü' };

it('signs in over TLS and by STARTTLS, with quotes and non-ASCII in the password', async () => {
  await checkImap(login(dovecot.ports.imaps), secret, config);
  await checkImap(login(dovecot.ports.imap, 'starttls'), secret, config);
});

it('R22: tells a wrong password, with the words of the server', async () => {
  const outcome = checkImap(login(dovecot.ports.imaps), { password: 'no' }, config);
  await expect(outcome).rejects.toMatchObject({
    code: 'wrongPassword',
    serverText: expect.stringMatching(/Authentication failed/),
  });
});

it('tells a port where nobody listens', async () => {
  const [port = 0] = await freePorts(1);
  await expect(checkImap(login(port), secret, config)).rejects.toMatchObject({ code: 'connectionRefused' });
});

it('S14: refuses when STARTTLS is stripped, before the password is sent', async () => {
  const proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    fromServer: withoutCapabilities('STARTTLS'),
  });
  await expect(checkImap(login(proxy.port, 'starttls'), secret, config)).rejects.toMatchObject({
    code: 'tlsRequired',
  });
  expect(proxy.sent().join()).not.toMatch(/LOGIN|AUTHENTICATE/);
  await proxy.stop();
});

it('S14: a server that greets with PREAUTH before TLS is refused', async () => {
  const proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    fromServer: (line) => line.replace(/^\* OK/, '* PREAUTH'),
  });
  const outcome = checkImap(login(proxy.port, 'starttls'), secret, config);
  await expect(outcome).rejects.toMatchObject({ name: 'ConnectionError' });
  await proxy.stop();
});

it('S15: a certificate nobody vouches for is refused', async () => {
  const outcome = checkImap(login(dovecot.ports.imaps), secret, { ...config, tlsCaFile: null });
  await expect(outcome).rejects.toMatchObject({ code: 'tlsFailed' });
});

describe('a command', () => {
  it('that is refused throws, and the session lives', async () => {
    const session = await ImapSession.open(login(dovecot.ports.imaps), secret, config);
    await expect(session.exec('NONSENSE')).rejects.toMatchObject({ code: 'commandFailed' });
    await session.exec('NOOP');
    await session.logout();
    expect(session.alive).toBe(false);
  });

  it('R7, pitfall 19: that is not answered ends the connection after the silence allowed', async () => {
    const proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls });
    const session = await ImapSession.open(login(proxy.port), secret, config);
    proxy.freeze(true);
    await expect(session.exec('NOOP', [], { silenceMs: 200 })).rejects.toMatchObject({
      code: 'connectionTimeout',
    });
    expect(session.alive).toBe(false);
    await expect(session.exec('NOOP')).rejects.toMatchObject({ code: 'connectionTimeout' });
    await proxy.stop();
  });
});
