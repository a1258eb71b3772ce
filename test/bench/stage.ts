/** What a run has before it: the mail server with its mail, the outgoing server, the built Gatepost, and who asks both. */
import { readFile } from 'node:fs/promises';
import type { Id, Mailbox } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';
import { type Submission, startSubmission } from '@/test/servers/submission';
import { JmapHttp } from './jmap-http';
import { fillMailboxes, OWNER, type Sizes, USERS } from './mailboxes';
import { RawImap } from './raw-imap';

export interface Stage {
  dovecot: DovecotServer;
  submission: Submission;
  /** The authority of both mail servers. */
  ca: Buffer;
  gatepost: GatepostServer;
  /** With which Gatepost was started. */
  env: Record<string, string>;
  jmap: JmapHttp;
  /** Signed in as the same owner. */
  imap: RawImap;
  /** Of the last sign-in: the first rows make the user anew. */
  accountId: Id;
  sizes: Sizes;
  /** Set by the first rows. */
  mailboxes: Mailbox[];
  stop(): Promise<void>;
}

export async function setStage(cache: string, sizes: Sizes): Promise<Stage> {
  const dovecot = await startDovecot({ users: USERS, config: 'mail_max_userip_connections = 100' });
  await fillMailboxes(dovecot, cache, sizes);
  const submission = await startSubmission(dovecot, USERS);
  const env = {
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: `smtps://localhost:${submission.port}`,
    TLS_CA_FILE: dovecot.tls.caFile,
    LOG_LEVEL: 'warn',
  };
  const gatepost = await startGatepost(env);
  const jmap = JmapHttp.basic(gatepost.url, OWNER, USERS[OWNER]);
  const stage: Stage = {
    dovecot,
    submission,
    ca: await readFile(dovecot.tls.caFile),
    gatepost,
    env,
    jmap,
    imap: await RawImap.signIn(dovecot.ports.imap, OWNER, USERS[OWNER]),
    accountId: await jmap.accountId(),
    sizes,
    mailboxes: [],
    async stop() {
      jmap.close();
      stage.imap.close();
      await gatepost.stop();
      await submission.stop();
      await dovecot.stop();
    },
  };
  return stage;
}

export function mailboxId({ mailboxes }: Stage, role: 'inbox' | 'archive' | 'drafts' | 'sent'): Id {
  const found = mailboxes.find((mailbox) => mailbox.role === role);
  if (!found) throw new Error(`the account has no mailbox with the role ${role}`);
  return found.id;
}
