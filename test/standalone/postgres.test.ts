/**
 * The standalone output on Postgres, with the process killed and replaced between requests, each time on an empty data
 * directory: nothing that must last lives in the process or beside it (design decision 4, Growing).
 */
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Id, JsonObject } from '@/lib/jmap/types';
import { JmapHttp } from '@/test/bench/jmap-http';
import { plainMessage } from '@/test/contract/messages';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';
import { type PostgresServer, startPostgres } from '@/test/servers/postgres';
import { type Submission, startSubmission } from '@/test/servers/submission';

const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';
const USERS = { [ALICE]: 'secret', [BOB]: 'secret' };

let dovecot: DovecotServer;
let submission: Submission;
let postgres: PostgresServer;
let gatepost: GatepostServer;
let jmap: JmapHttp;
let accountId: Id;
let inbox: Id;
let drafts: Id;

beforeAll(async () => {
  [dovecot, postgres] = await Promise.all([startDovecot({ users: USERS }), startPostgres()]);
  submission = await startSubmission(dovecot, USERS);
  await dovecot.deliver(ALICE, plainMessage('First', 'one'));
  await dovecot.deliver(ALICE, plainMessage('Second', 'two'));
  gatepost = await startGatepost({
    DATABASE_URL: await postgres.createDatabase(),
    SECRET_KEY: randomBytes(32).toString('base64'),
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: `smtps://localhost:${submission.port}`,
    TLS_CA_FILE: dovecot.tls.caFile,
  });
  jmap = JmapHttp.basic(gatepost.url, ALICE, 'secret');
  accountId = await jmap.accountId();
  inbox = await mailboxId('inbox');
  drafts = await mailboxId('drafts');
}, 90_000);
afterAll(async () => {
  jmap?.close();
  await gatepost?.stop();
  await submission?.stop();
  await postgres?.stop();
  await dovecot?.stop();
});

/** Without warning, and as on another machine: nothing of the disk remains. */
async function replaceProcess(): Promise<void> {
  await gatepost.kill('SIGKILL');
  for (const name of await readdir(gatepost.dataDir)) {
    await rm(join(gatepost.dataDir, name), { recursive: true, force: true });
  }
  jmap.close();
  jmap = JmapHttp.basic(gatepost.url, ALICE, 'secret');
  await gatepost.start();
}

function call(name: string, args: JsonObject): Promise<JsonObject> {
  return jmap.ask(name, { accountId, ...args });
}

async function mailboxId(role: string): Promise<Id> {
  const { ids } = await call('Mailbox/query', { filter: { role } });
  return (ids as Id[])[0] ?? '';
}

async function inboxIds(): Promise<Id[]> {
  const { ids } = await call('Email/query', { filter: { inMailbox: inbox }, sort: newestFirst });
  return ids as Id[];
}

const newestFirst = [{ property: 'receivedAt', isAscending: false }];

async function createDraft(subject: string, attachments: JsonObject[] = []): Promise<Id> {
  const { created } = await call('Email/set', {
    create: {
      draft: {
        mailboxIds: { [drafts]: true },
        keywords: { $draft: true },
        from: [{ name: 'Alice', email: ALICE }],
        to: [{ name: null, email: BOB }],
        subject,
        textBody: [{ partId: 't', type: 'text/plain' }],
        bodyValues: { t: { value: 'Written before the end' } },
        attachments,
      },
    },
  });
  return (created as { draft?: { id: Id } } | null)?.draft?.id ?? '';
}

it('ids stay, and states go on where they were', async () => {
  const before = await inboxIds();
  expect(before).toHaveLength(2);
  const { state } = await call('Email/get', { ids: [] });
  await replaceProcess();
  expect(await jmap.accountId()).toBe(accountId);
  expect(await mailboxId('inbox')).toBe(inbox);
  expect(await inboxIds()).toEqual(before);

  await dovecot.deliver(ALICE, plainMessage('Third', 'three'));
  await vi.waitFor(async () => expect(await inboxIds()).toHaveLength(3), 15_000);
  await replaceProcess();
  const changes = await call('Email/changes', { sinceState: state ?? '' });
  const [third] = (await inboxIds()).filter((id) => !before.includes(id));
  expect(changes).toMatchObject({ created: [third], destroyed: [], hasMoreChanges: false });
}, 60_000);

it('a draft with an upload is there for the next process, and the next', async () => {
  const bytes = randomBytes(300_000);
  const blobId = await jmap.upload(accountId, bytes, 'application/octet-stream');
  await replaceProcess();
  const attachment = { blobId, type: 'application/octet-stream', name: 'a.bin', disposition: 'attachment' };
  const id = await createDraft('Kept', [attachment]);
  await replaceProcess();
  const { list } = await call('Email/get', {
    ids: [id],
    properties: ['subject', 'keywords', 'bodyValues', 'textBody', 'attachments'],
    fetchTextBodyValues: true,
  });
  const [draft] = list as { attachments: { blobId: Id }[]; bodyValues: Record<string, { value: string }> }[];
  expect(draft).toMatchObject({ subject: 'Kept', keywords: { $draft: true } });
  expect(Object.values(draft?.bodyValues ?? {})[0]?.value).toContain('Written before the end');
  await replaceProcess();
  const { body } = await jmap.download(accountId, draft?.attachments[0]?.blobId ?? '');
  expect(body.equals(bytes)).toBe(true);
}, 60_000);

it('what was queued is sent, once, by the process that comes after', async () => {
  const emailId = await createDraft('Queued');
  const { list } = await call('Identity/get', { ids: null });
  const { created, notCreated } = await call('EmailSubmission/set', {
    create: {
      s: {
        identityId: (list as { id: Id }[])[0]?.id ?? '',
        emailId,
        envelope: {
          mailFrom: { email: ALICE, parameters: { HOLDFOR: '3' } },
          rcptTo: [{ email: BOB, parameters: null }],
        },
      },
    },
  });
  expect(notCreated ?? null).toBeNull();
  const submissionId = (created as { s: { id: Id } }).s.id;
  await replaceProcess();
  await vi.waitFor(() => expect(submission.accepted).toHaveLength(1), 20_000);
  await vi.waitFor(async () => {
    const answer = await call('EmailSubmission/get', { ids: [submissionId] });
    expect(answer.list).toMatchObject([{ emailId, undoStatus: 'final' }]);
  }, 20_000);
  expect(submission.accepted[0]).toMatchObject({ from: ALICE, to: [BOB] });
}, 60_000);

it('an app password made in one process opens the next', async () => {
  const body = JSON.stringify({ name: 'program' });
  const { password } = await jmap.json<{ password: string }>('POST', '/api/app-passwords', body);
  await replaceProcess();
  const program = new JmapHttp(gatepost.url, `Bearer ${password}`);
  expect(await program.accountId()).toBe(accountId);
  program.close();
}, 60_000);
