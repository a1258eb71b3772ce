/** A foreign JMAP client over HTTP, with an app password and, in fixed-server mode, with the mail login. */
import { JamClient } from 'jmap-jam';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { plainMessage } from '@/test/contract/messages';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';
import { type Submission, startSubmission } from '@/test/servers/submission';

const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';
const USERS = { [ALICE]: 'secret', [BOB]: 'secret' };
const basic = { Authorization: `Basic ${Buffer.from(`${ALICE}:secret`).toString('base64')}` };

let dovecot: DovecotServer;
let submission: Submission;
let gatepost: GatepostServer;
let jam: JamClient;
let accountId: string;

beforeAll(async () => {
  dovecot = await startDovecot({ users: USERS });
  submission = await startSubmission(dovecot, USERS);
  gatepost = await startGatepost({
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: `smtps://localhost:${submission.port}`,
    TLS_CA_FILE: dovecot.tls.caFile,
  });
  const bearerToken = await appPassword();
  jam = new JamClient({ bearerToken, sessionUrl: `${gatepost.url}/.well-known/jmap` });
  accountId = (await jam.getPrimaryAccount()) ?? '';
});
afterAll(async () => {
  await gatepost?.stop();
  await submission?.stop();
  await dovecot?.stop();
});

async function appPassword(): Promise<string> {
  const response = await fetch(`${gatepost.url}/api/app-passwords`, {
    method: 'POST',
    headers: { ...basic, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'jam' }),
  });
  const { password } = (await response.json()) as { password: string };
  return password;
}

async function mailboxId(role: 'inbox' | 'drafts' | 'sent' | 'archive'): Promise<string> {
  const [{ ids }] = await jam.api.Mailbox.query({ accountId, filter: { role } });
  return ids[0] ?? '';
}

it('signs in with an app password', async () => {
  expect((await jam.session).username).toBe(ALICE);
  expect(accountId).not.toBe('');
});

it('the mail login opens the same session, and a wrong one none', async () => {
  const session = await fetch(`${gatepost.url}/jmap/session`, { headers: basic });
  expect(await session.json()).toMatchObject({
    username: ALICE,
    primaryAccounts: { 'urn:ietf:params:jmap:mail': accountId },
  });
  const wrong = { Authorization: `Basic ${Buffer.from(`${ALICE}:wrong`).toString('base64')}` };
  expect((await fetch(`${gatepost.url}/jmap/session`, { headers: wrong })).status).toBe(401);
});

it('S20: a cookie changes nothing without our header, and no credentials get nothing', async () => {
  const response = await fetch(`${gatepost.url}/jmap/api`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: 'https://evil.example' },
    body: '{}',
  });
  expect([401, 403]).toContain(response.status);
});

it('lists and reads in one request, by references', async () => {
  await dovecot.deliver(ALICE, plainMessage('From outside', 'Read me'));
  const inbox = await mailboxId('inbox');
  await vi.waitFor(async () => {
    const [{ mail }] = await jam.requestMany((api) => {
      const query = api.Email.query({ accountId, filter: { inMailbox: inbox }, limit: 10 });
      const mail = api.Email.get({
        accountId,
        ids: query.$ref('/ids'),
        properties: ['subject', 'preview', 'bodyValues', 'textBody'],
        fetchTextBodyValues: true,
      });
      return { query, mail };
    });
    expect(mail.list[0]).toMatchObject({ subject: 'From outside', preview: 'Read me' });
  }, 15_000);
});

it('moves an email', async () => {
  const [inbox, archive] = [await mailboxId('inbox'), await mailboxId('archive')];
  const [{ ids }] = await jam.api.Email.query({
    accountId,
    filter: { inMailbox: inbox, subject: 'From outside' },
  });
  const id = ids[0] ?? '';
  const [{ notUpdated }] = await jam.api.Email.set({
    accountId,
    update: { [id]: { [`mailboxIds/${inbox}`]: null, [`mailboxIds/${archive}`]: true } },
  });
  expect(notUpdated).toBeNull();
  expect(await dovecot.doveadm('search', '-u', ALICE, 'mailbox', 'Archive', 'all')).not.toBe('');
});

it('writes, attaches an upload and sends; the other side has it, and it is in Sent', async () => {
  const { blobId } = await jam.uploadBlob(accountId, 'attached bytes');
  const [drafts, sent] = [await mailboxId('drafts'), await mailboxId('sent')];
  const [identities] = await jam.api.Identity.get({ accountId });
  const [{ created }] = await jam.api.Email.set({
    accountId,
    create: {
      mail: {
        mailboxIds: { [drafts]: true },
        keywords: { $draft: true },
        from: [{ name: 'Alice', email: ALICE }],
        to: [{ name: null, email: BOB }],
        subject: 'From jam',
        textBody: [{ partId: 't', type: 'text/plain' }],
        attachments: [{ blobId, type: 'text/plain', name: 'a.txt', disposition: 'attachment' }],
        bodyValues: { t: { value: 'Hello Bob' } },
      },
    } as never,
  });
  const emailId = (created as Record<string, { id: string }> | null)?.mail?.id ?? '';
  const [submitted] = await jam.api.EmailSubmission.set({
    accountId,
    create: { s: { identityId: identities.list[0]?.id ?? '', emailId } } as never,
  });
  expect(submitted.notCreated).toBeNull();
  await vi.waitFor(() => expect(submission.accepted).toHaveLength(1), 15_000);
  expect(submission.accepted[0]).toMatchObject({ from: ALICE, to: [BOB] });
  expect(submission.accepted[0]?.raw).toContain(Buffer.from('attached bytes').toString('base64'));
  await vi.waitFor(async () => {
    const [{ list }] = await jam.api.Email.get({
      accountId,
      ids: [emailId],
      properties: ['mailboxIds', 'keywords'],
    });
    expect(list[0]).toMatchObject({ mailboxIds: { [sent]: true }, keywords: { $seen: true } });
  }, 15_000);
});

it('downloads the bytes of a part', async () => {
  const [{ ids }] = await jam.api.Email.query({ accountId, filter: { inMailbox: await mailboxId('sent') } });
  const [{ list }] = await jam.api.Email.get({ accountId, ids: [ids[0] ?? ''], properties: ['attachments'] });
  const blobId = list[0]?.attachments?.[0]?.blobId ?? '';
  const response = await jam.downloadBlob({ accountId, blobId, mimeType: 'text/plain', fileName: 'a.txt' });
  expect(await response.text()).toBe('attached bytes');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="a.txt"');
});
