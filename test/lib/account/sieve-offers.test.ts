/** Without MAIL_SIEVE a ManageSieve server is looked for where mail servers have it: port 4190 of the incoming one, STARTTLS. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type AccountRecord, DEFAULT_SETTINGS } from '@/lib/account/record';
import { Sieve } from '@/lib/account/sieve/sieve';
import { type Config, loadConfig } from '@/lib/config';
import { type NameServer, startNameServer } from '@/test/servers/dns';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';

const HOST = 'mail.example.test';
const USER = 'alice@example.org';
/** An address of this process alone: the port is the same in all tests. */
const ADDRESS = `127.88.${(process.pid >> 8) & 255}.${process.pid & 255 || 1}`;

let dataDir: string;
let dovecot: DovecotServer;
let names: NameServer;
let beside: Server;
let dialled = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatepost-sieve-'));
  dovecot = await startDovecot({ users: { [USER]: 'secret' }, certificate: { names: ['localhost', HOST] } });
  names = await startNameServer({ a: { [HOST]: ADDRESS, 'none.example.test': '127.88.255.254' } });
  beside = createServer((socket) => {
    dialled += 1;
    const onward = connect(dovecot.ports.sieve, '127.0.0.1');
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => beside.listen(4190, ADDRESS, resolve));
});
afterAll(async () => {
  beside?.close();
  await names?.stop();
  await dovecot?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const configOf = (more: Record<string, string> = {}): Config =>
  loadConfig({
    DATA_DIR: dataDir,
    ALLOW_HOSTS: `${HOST} none.example.test`,
    DNS_SERVERS: names.address,
    TLS_CA_FILE: dovecot.tls.caFile,
    ...more,
  });

const recordAt = (host: string): AccountRecord => ({
  id: 'a1',
  userId: 'u1',
  address: USER,
  name: USER,
  kind: 'imap',
  incoming: { host, port: 993, security: 'tls', user: USER },
  outgoing: null,
  settings: DEFAULT_SETTINGS,
  position: 0,
  createdAt: 0,
});

function sieveOf(config: Config) {
  const found = vi.fn();
  return { found, sieve: new Sieve({ config, secret: async () => ({ password: 'secret' }), found }) };
}

it('is asked behind the first answer, told when it is there, and used with the login of the account', async () => {
  const { found, sieve } = sieveOf(configOf());
  const record = recordAt(HOST);
  expect(await sieve.capabilities(record)).toBeNull();
  await vi.waitFor(() => expect(found).toHaveBeenCalledWith(record), 15_000);
  expect((await sieve.capabilities(record))?.extensions).toContain('vacation');
  expect(await sieve.use(record, (scripts) => scripts.vacation())).toMatchObject({ isEnabled: false });
});

it('S15: one whose certificate nobody vouches for is none', async () => {
  const { found, sieve } = sieveOf(configOf({ TLS_CA_FILE: '' }));
  const before = dialled;
  await sieve.capabilities(recordAt(HOST));
  await vi.waitFor(() => expect(dialled).toBeGreaterThan(before), 15_000);
  expect(await sieve.use(recordAt(HOST), () => Promise.resolve(true))).toBeNull();
  expect(found).not.toHaveBeenCalled();
});

it('where there is none the account has no filters, and nobody is asked again at once', async () => {
  const { found, sieve } = sieveOf(configOf());
  for (let n = 0; n < 3; n += 1) expect(await sieve.capabilities(recordAt('none.example.test'))).toBeNull();
  expect(found).not.toHaveBeenCalled();
});
