/** Send 1 MB: until Gatepost has it for certain, and until the outgoing server has accepted it. */
import { randomBytes } from 'node:crypto';
import type { Id } from '@/lib/jmap/types';
import { FRIEND, messageOf, OWNER, USERS } from './mailboxes';
import { figures, type Row, timed, until } from './measure';
import { submit } from './raw-smtp';
import { mailboxId, type Stage } from './stage';

const MAILS = 8;
const SIZE = 1_000_000;
const LIMIT_MS = 60_000;

export async function sendRows(stage: Stage): Promise<Row[]> {
  const queued: number[] = [];
  const accepted: number[] = [];
  const raw: number[] = [];
  const message = messageOf(SIZE, 0);
  const { list } = await stage.jmap.ask('Identity/get', { accountId: stage.accountId, ids: null });
  const [identity] = list as { id: Id }[];
  const server = { port: stage.submission.port, ca: stage.ca, user: OWNER, password: USERS[OWNER] };
  for (let i = 0; i < MAILS; i += 1) {
    raw.push(
      await timed(async () => {
        await submit(server, FRIEND, message);
        await stage.imap.append('Sent', message);
      }),
    );
    const emailId = await draft(stage);
    const before = stage.submission.accepted.length;
    const start = performance.now();
    await queue(stage, identity?.id ?? '', emailId);
    queued.push(performance.now() - start);
    await until(() => stage.submission.accepted.length > before, 1, LIMIT_MS);
    accepted.push(performance.now() - start);
    await until(() => isIn(stage, emailId, mailboxId(stage, 'sent')), 20, LIMIT_MS);
  }
  return [
    { what: 'send 1 MB, queued', budget: '< 30 ms', p50: 30, unit: 'ms', gatepost: figures(queued) },
    {
      what: 'send 1 MB, accepted by SMTP (raw: submit and append)',
      budget: '< 80 ms',
      p50: 80,
      unit: 'ms',
      gatepost: figures(accepted),
      raw: figures(raw),
    },
  ];
}

async function draft(stage: Stage): Promise<Id> {
  const { jmap, accountId } = stage;
  const blobId = await jmap.upload(accountId, randomBytes((SIZE * 3) / 4), 'application/octet-stream');
  const set = await jmap.ask('Email/set', {
    accountId,
    create: {
      mail: {
        mailboxIds: { [mailboxId(stage, 'drafts')]: true },
        keywords: { $draft: true, $seen: true },
        from: [{ name: null, email: OWNER }],
        to: [{ name: null, email: FRIEND }],
        subject: 'Sent by the bench',
        textBody: [{ partId: 't', type: 'text/plain' }],
        bodyValues: { t: { value: 'With a file.' } },
        attachments: [{ blobId, type: 'application/octet-stream', name: 'file.bin' }],
      },
    },
  });
  const created = set.created as { mail: { id: Id } } | null;
  if (!created) throw new Error(`no draft: ${JSON.stringify(set.notCreated)}`);
  return created.mail.id;
}

async function queue({ jmap, accountId }: Stage, identityId: Id, emailId: Id): Promise<void> {
  const set = await jmap.ask('EmailSubmission/set', { accountId, create: { one: { identityId, emailId } } });
  if (!set.created) throw new Error(`not queued: ${JSON.stringify(set.notCreated)}`);
}

async function isIn({ jmap, accountId }: Stage, id: Id, mailbox: Id): Promise<boolean> {
  const { list } = await jmap.ask('Email/get', { accountId, ids: [id], properties: ['mailboxIds'] });
  return (list as { mailboxIds: Record<Id, boolean> }[]).some((email) => email.mailboxIds[mailbox]);
}
