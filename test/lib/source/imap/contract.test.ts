import { afterAll, beforeAll, describe } from 'vitest';
import { sourceContract } from '@/test/contract/source';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { UNDER_INBOX } from '@/test/servers/dovecot-conf';
import { bareImap, type ImapProxy, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { openImapAccount, PASSWORD } from './imap-account';

const MODSEQ = ['CONDSTORE', 'QRESYNC', 'ENABLE'];

let dovecot: DovecotServer;
let courier: DovecotServer;
let courierPort: number;
const proxies: ImapProxy[] = [];

beforeAll(async () => {
  const users = ['full', 'bare', ...TIERS.map(([, user]) => user)];
  dovecot = await startDovecot({ users: Object.fromEntries(users.map((user) => [user, PASSWORD])) });
  courier = await startDovecot({ users: { courier: PASSWORD }, config: UNDER_INBOX });
  // It tells of its namespace, and of nothing else.
  const withNamespace = (line: string) => bareImap(line)?.replace('IMAP4rev1', 'IMAP4rev1 NAMESPACE') ?? null;
  const proxy = await startProxy({
    upstreamPort: courier.ports.imap,
    tls: courier.tls,
    fromServer: withNamespace,
  });
  proxies.push(proxy);
  courierPort = proxy.port;
});

afterAll(async () => {
  for (const proxy of proxies) await proxy.stop();
  await dovecot.stop();
  await courier.stop();
});

async function behindProxy(fromServer: (line: string) => string | null, user: string) {
  const proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer });
  proxies.push(proxy);
  return openImapAccount(dovecot, { port: proxy.port, user });
}

sourceContract('IMAP on Dovecot', () => openImapAccount(dovecot, { user: 'full' }));

const TIERS: [name: string, user: string, gone: string[]][] = [
  [
    'CONDSTORE, MOVE, ESEARCH, LIST-STATUS',
    'plain',
    [...MODSEQ, 'MOVE', 'ESEARCH', 'LIST-STATUS', 'SPECIAL-USE'],
  ],
  ['UIDPLUS and MOVE', 'uidplus', ['UIDPLUS', 'MOVE']],
  [
    'LIST-EXTENDED, LIST-STATUS and NAMESPACE',
    'list',
    ['LIST-EXTENDED', 'LIST-STATUS', 'NAMESPACE', 'SPECIAL-USE'],
  ],
  ['SORT, ESEARCH, NOTIFY and IDLE', 'sort', ['SORT', 'SORT=DISPLAY', 'ESORT', 'ESEARCH', 'NOTIFY', 'IDLE']],
];

describe.each(TIERS)('without %s', (without, user, gone) => {
  sourceContract(`IMAP without ${without}`, () => behindProxy(withoutCapabilities(...gone), user));
});

sourceContract('R18: bare IMAP4rev1', () => behindProxy(bareImap, 'bare'), { twoMailboxes: true });

sourceContract(
  'pitfall 12: bare IMAP4rev1, everything under INBOX.',
  () => openImapAccount(courier, { user: 'courier', port: courierPort }),
  { twoMailboxes: true },
);
