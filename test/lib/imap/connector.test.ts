/** What is told of an account's connections. */
import { expect, it } from 'vitest';
import { Connector } from '@/lib/imap/connector';
import { netConfig } from '@/test/lib/source/imap/imap-account';
import { startDovecot } from '@/test/servers/dovecot';
import { startProxy } from '@/test/servers/proxy';

const USER = 'reader';
const PASSWORD = 'secret word';

it('R8: is offline as soon as the last connection closes while no new one can be had', async () => {
  const dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  const proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls });
  const told: string[] = [];
  const connector = new Connector({
    login: { host: 'localhost', port: proxy.port, security: 'tls', user: USER },
    secret: async () => ({ password: PASSWORD }),
    config: netConfig(dovecot),
    onStatus: ({ connection }) => told.push(connection),
    onAnnounced: () => undefined,
  });
  const first = await connector.open('interactive');
  proxy.refuse(true);
  await expect(connector.open('interactive')).rejects.toMatchObject({ code: 'connectionLost' });
  expect(told).toEqual(['ready']);
  first.close();
  expect(told).toEqual(['ready', 'offline']);
  expect(connector.status.error?.code).toBe('connectionLost');
  proxy.refuse(false);
  connector.forget();
  const second = await connector.open('interactive');
  second.close();
  expect(told.at(-1)).toBe('ready');
  await proxy.stop();
  await dovecot.stop();
});
