/** A mailbox so large that a thread beside sorts it: as built, where that thread is another file than in the sources. */
import { linkSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Id, JsonObject, Mailbox } from '@/lib/jmap/types';
import { JmapHttp } from '@/test/bench/jmap-http';
import { plainMessage } from '@/test/contract/messages';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';

const ALICE = 'alice@example.org';
/** lib/index/query.ts sorts fewer where it is asked. */
const MANY = 20_100;

let dovecot: DovecotServer;
let gatepost: GatepostServer;
let jmap: JmapHttp;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [ALICE]: 'secret' } });
  await dovecot.deliver(ALICE, 'Subject: one of many\n\nx\n', { flags: 'S' });
  copies(join(dovecot.directory, 'home', ALICE, 'Maildir', 'cur'));
  for (const size of [1, 2, 3])
    await dovecot.deliver(ALICE, plainMessage(`large ${size}`, 'x'.repeat(size * 900)));
  gatepost = await startGatepost({
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    // Nothing is sent.
    MAIL_SMTP: 'smtps://localhost:1',
    TLS_CA_FILE: dovecot.tls.caFile,
  });
  jmap = JmapHttp.basic(gatepost.url, ALICE, 'secret');
}, 90_000);
afterAll(async () => {
  jmap?.close();
  await gatepost?.stop();
  await dovecot?.stop();
});

/** The same file under many names: as many messages, at no cost. */
function copies(directory: string): void {
  const [file = ''] = readdirSync(directory);
  for (let n = 0; n < MANY; n += 1)
    linkSync(join(directory, file), join(directory, file.replace('.M', `.M${n}x`)));
}

it('is listed in the order that was asked for', async () => {
  const accountId = await jmap.accountId();
  const { list } = await jmap.ask('Mailbox/get', { accountId, ids: null });
  const inbox = (list as unknown as Mailbox[]).find(({ role }) => role === 'inbox')?.id ?? '';
  const query = async (more: JsonObject) => {
    const { ids } = await jmap.ask('Email/query', { accountId, filter: { inMailbox: inbox }, ...more });
    return ids as Id[];
  };
  await expect
    .poll(() => query({ position: MANY + 3, limit: 1 }), { timeout: 60_000, interval: 250 })
    .toHaveLength(1);
  const sort = [{ property: 'size', isAscending: false }];
  const { list: largest } = await jmap.ask('Email/get', {
    accountId,
    ids: await query({ sort, limit: 3 }),
    properties: ['subject'],
  });
  expect((largest as { subject: string }[]).map(({ subject }) => subject)).toEqual([
    'large 3',
    'large 2',
    'large 1',
  ]);
  expect(gatepost.output()).not.toContain('index.aside');
}, 90_000);
