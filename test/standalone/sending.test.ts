/**
 * Two hundred submissions while the process is ended again and again; the judge is the journal of the mail server, never
 * Gatepost's word.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { EmailSubmission, Id, JsonObject } from '@/lib/jmap/types';
import { JmapHttp } from '@/test/bench/jmap-http';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';
import { type ScriptedSmtp, startScriptedSmtp } from '@/test/servers/smtp';

const ALICE = 'alice@example.org';
const COUNT = 200;

let dovecot: DovecotServer;
let smtp: ScriptedSmtp;
let gatepost: GatepostServer;
let jmap: JmapHttp;
let accountId: Id;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [ALICE]: 'secret' } });
  smtp = await startScriptedSmtp({ slowness: 40 });
  gatepost = await startGatepost({
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: `smtp://localhost:${smtp.port}?security=none`,
    TLS_CA_FILE: dovecot.tls.caFile,
  });
  jmap = JmapHttp.basic(gatepost.url, ALICE, 'secret');
  accountId = await jmap.accountId();
}, 90_000);
afterAll(async () => {
  jmap?.close();
  await gatepost?.stop();
  await smtp?.stop();
  await dovecot?.stop();
});

function call(name: string, args: JsonObject): Promise<JsonObject> {
  return jmap.ask(name, { accountId, ...args });
}

function each<T>(value: (index: number) => T): Record<string, T> {
  return Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [`c${index}`, value(index)]));
}

async function createdIds(name: string, create: JsonObject): Promise<Id[]> {
  const { created } = await call(name, { create });
  return Object.values(created as Record<string, { id: Id }>).map(({ id }) => id);
}

async function queueAll(): Promise<Id[]> {
  const { ids } = await call('Mailbox/query', { filter: { role: 'drafts' } });
  const { list } = await call('Identity/get', { ids: null });
  const drafts = await createdIds(
    'Email/set',
    each((index) => ({
      mailboxIds: { [(ids as Id[])[0] ?? '']: true },
      keywords: { $draft: true },
      from: [{ name: null, email: ALICE }],
      to: [{ name: null, email: `to${index}@example.org` }],
      subject: `Number ${index}`,
      textBody: [{ partId: 't', type: 'text/plain' }],
      bodyValues: { t: { value: 'x'.repeat(2000) } },
    })),
  );
  const identityId = (list as { id: Id }[])[0]?.id ?? '';
  return createdIds(
    'EmailSubmission/set',
    each((index) => ({ identityId, emailId: drafts[index] ?? '' })),
  );
}

async function submissions(ids: Id[]): Promise<EmailSubmission[]> {
  const { list } = await call('EmailSubmission/get', { ids });
  return list as unknown as EmailSubmission[];
}

/** As a deployment does it: asked to end, not waited for; or without a word. */
async function end(accepted: number, polite: boolean): Promise<void> {
  await vi.waitFor(() => expect(smtp.accepted.length).toBeGreaterThanOrEqual(accepted), {
    timeout: 60_000,
    interval: 5,
  });
  if (polite) process.kill(gatepost.pid, 'SIGTERM');
  await gatepost.kill('SIGKILL');
  jmap.close();
  await gatepost.start();
  jmap = JmapHttp.basic(gatepost.url, ALICE, 'secret');
}

it('R1, R30: killed in the middle of 200 sends, nothing is lost and nothing is sent twice', async () => {
  const ids = await queueAll();
  await end(20, true);
  await end(90, false);
  await end(150, true);

  // A row whose worker died on the wire waits until its lease is over.
  const final = await vi.waitFor(
    async () => {
      const all = await submissions(ids);
      expect(all.filter(({ undoStatus }) => undoStatus !== 'final')).toEqual([]);
      return all;
    },
    { timeout: 180_000, interval: 1000 },
  );
  const taken = smtp.accepted.flatMap(({ to }) => to);
  expect(new Set(taken).size).toBe(taken.length);
  for (const { deliveryStatus } of final) {
    const [[address = '', { delivered, smtpReply }] = ['', { delivered: '', smtpReply: '' }]] =
      Object.entries(deliveryStatus ?? {});
    // Where the last word of the server was not heard, Gatepost says so; else it knows.
    if (delivered === 'queued') expect(taken).toContain(address);
    else expect([delivered, smtpReply.startsWith('2')]).toEqual(['unknown', false]);
  }
  const { ids: sentBoxes } = await call('Mailbox/query', { filter: { role: 'sent' } });
  const known = final.filter(
    (one) => Object.values(one.deliveryStatus ?? {})[0]?.delivered === 'queued',
  ).length;
  await vi.waitFor(
    async () => {
      const sent = await call('Email/query', {
        filter: { inMailbox: (sentBoxes as Id[])[0] ?? '' },
        calculateTotal: true,
      });
      expect(sent.total).toBe(known);
    },
    { timeout: 120_000, interval: 500 },
  );
}, 360_000);
