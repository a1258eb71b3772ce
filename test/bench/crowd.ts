/** Many users on a Dovecot and a Gatepost of their own; all have the same mail, by hard links. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fillMaildir } from '@/test/fixtures/maildir-writer';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';
import { JmapHttp } from './jmap-http';

const run = promisify(execFile);

export interface Member {
  address: string;
  jmap: JmapHttp;
}

export interface Crowd {
  dovecot: DovecotServer;
  gatepost: GatepostServer;
  members: Member[];
  stop(): Promise<void>;
}

/** Its own defaults are for a hundred. The kernel's file notices may not do for all: then Dovecot looks itself, each second. */
const ROOM = `
default_process_limit = 4000
default_client_limit = 10000
mail_max_userip_connections = 100
mailbox_idle_check_interval = 1s
service imap {
  process_limit = 4000
}
`;

export async function gather(count: number, messages: number): Promise<Crowd> {
  const addresses = Array.from({ length: count }, (_, i) => `user${i}@example.org`);
  const dovecot = await startDovecot({
    users: Object.fromEntries(addresses.map((address) => [address, 'secret'])),
    config: ROOM,
  });
  await fill(dovecot, addresses, messages);
  const gatepost = await startGatepost({
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    // Nothing is sent.
    MAIL_SMTP: 'smtps://localhost:1',
    TLS_CA_FILE: dovecot.tls.caFile,
    LOG_LEVEL: 'warn',
  });
  const members = addresses.map((address) => ({
    address,
    jmap: JmapHttp.basic(gatepost.url, address, 'secret'),
  }));
  return {
    dovecot,
    gatepost,
    members,
    async stop() {
      for (const { jmap } of members) jmap.close();
      await gatepost.stop();
      await dovecot.stop();
    },
  };
}

async function fill(dovecot: DovecotServer, addresses: string[], messages: number): Promise<void> {
  const [first = '', ...others] = addresses;
  const homes = join(dovecot.directory, 'home');
  // Makes the directories, with their owner.
  await dovecot.deliver(first, 'Subject: welcome\n\nWelcome.\n');
  fillMaildir(join(homes, first, 'Maildir'), { seed: 3, count: messages, folder: 'INBOX' });
  await dovecot.doveadm('index', '-u', first, '*');
  for (const other of others) await run('cp', ['-a', '--link', join(homes, first), join(homes, other)]);
  // Dovecot writes to its own files: they are not to be shared.
  await run('find', [homes, '-mindepth', '2', '-name', 'dovecot*', '-delete']);
}
