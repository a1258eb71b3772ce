/** The outbox: queue, cancel, send again, and what JMAP asks about submissions (RFC 8621 §7). */
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { BlobStore } from '@/lib/db/blob-store';
import type { MainTables } from '@/lib/db/tables';
import { RequestError } from '@/lib/errors';
import type { EmailSubmission, Id } from '@/lib/jmap/types';
import { emailHeaders } from '@/lib/mime/header';
import { isResent } from '@/lib/mime/resent';
import type { NetConfig } from '@/lib/net/guard';
import { SmtpSessions } from '@/lib/smtp/sessions';
import { TO_FILE } from './claim';
import { FILED } from './filing';
import { checkEnvelope, fingerprint, freeze } from './freeze';
import { forgetLimits, takesOf } from './limits';
import { initialRecipients, settle } from './recipients';
import { joinReport, reportsAfter, setReportsAfter } from './reports';
import { MOVING, recipientsOf, toSubmission } from './row';
import { changesOf, findTwin, getRows, move, nextCounter, queryRows, type Row, stateOf } from './store';
import { record, timelines } from './timeline';
import type { Outbox, OutboxHost, QueueRequest, Report } from './types';
import { OutboxWorker } from './worker';

/** What may be sent again. */
const AGAIN: Row['state'][] = ['failed', 'uncertain', 'due'];
/** In which a proxy, or a client, may repeat a request whose answer was lost. */
const RETRY_WINDOW = 10 * 60_000;
/** What a message may weigh; the server's own SIZE decides below that. */
const MAX_MESSAGE = 256 * 1024 * 1024;

interface Frozen {
  wire: string;
  copy: string;
  size: number;
  messageId: string | null;
}

export interface OutboxDeps {
  db: Kysely<MainTables>;
  blobs: BlobStore;
  config: NetConfig;
  host: OutboxHost;
}

/** The very same is answered with what became of it; another copy of the message was written on, which must be told. */
function queuedAlready(twin: Row, print: string): RequestError {
  const params = { existingId: twin.id };
  return twin.fingerprint === print
    ? new RequestError('alreadyExists', 'this was queued already', { params })
    : new RequestError('sentBefore', 'a message with this Message-ID was queued already', { params });
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { db, host } = deps;
  const sessions = new SmtpSessions(deps.config);
  const worker = new OutboxWorker({ ...deps, sessions });

  async function one(accountId: Id, id: Id): Promise<Row> {
    const [row] = await getRows(db, accountId, [id]);
    if (!row) throw new RequestError('notFound', 'no such submission');
    return row;
  }

  async function queue(request: QueueRequest): Promise<EmailSubmission> {
    checkEnvelope(request.envelope);
    const { wire, copy } = freeze(request.raw);
    const wireBlob = await deps.blobs.put(wire, MAX_MESSAGE);
    const copyBlob = wire === copy ? wireBlob : await deps.blobs.put(copy, MAX_MESSAGE);
    const row = await insert(request, {
      wire: wireBlob.sha256,
      copy: copyBlob.sha256,
      size: wireBlob.size,
      messageId: emailHeaders(wire).messageId?.[0] ?? null,
    });
    host.changed(request.accountId);
    worker.wake();
    return toSubmission(row);
  }

  async function note(row: Row, kind: 'canceled' | 'again' | 'found'): Promise<void> {
    await record(db, row, [{ at: Date.now(), kind }]);
    host.changed(row.account_id);
  }

  function insert(request: QueueRequest, frozen: Frozen): Promise<Row> {
    return db.transaction().execute(async (tx) => {
      const now = Date.now();
      // The counter's row is locked from here: of two equal requests the second one sees the first.
      const counter = await nextCounter(tx, request.accountId);
      const print = fingerprint(request);
      const twin = await findTwin(tx, {
        accountId: request.accountId,
        fingerprint: print,
        messageId: frozen.messageId,
        // It has the Message-ID that it came with, each time.
        resent: isResent(request.raw),
        people: new Set(request.envelope.rcptTo.map(({ email }) => email.toLowerCase())),
        since: now - RETRY_WINDOW,
      });
      if (twin) throw queuedAlready(twin, print);
      const row = await tx
        .insertInto('submission')
        .values({
          account_id: request.accountId,
          id: `s${randomBytes(10).toString('hex')}`,
          identity_id: request.identityId,
          email_id: request.emailId,
          thread_id: request.threadId,
          envelope: JSON.stringify(request.envelope),
          fingerprint: print,
          wire_sha256: frozen.wire,
          copy_sha256: frozen.copy,
          size: frozen.size,
          queued_at: now,
          send_at: Math.max(request.sendAt, now),
          state: 'held',
          next_try_at: Math.max(request.sendAt, now),
          attempts: 0,
          lease_token: null,
          lease_until: 0,
          code: null,
          server_text: null,
          recipients: JSON.stringify(initialRecipients(request.envelope)),
          file_at: request.unfiled ? FILED : null,
          message_id: frozen.messageId,
          reports: null,
          created: counter,
          changed: counter,
          destroyed: 0,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await record(tx, row, [{ at: now, kind: 'queued' }]);
      return row;
    });
  }

  async function cancel(accountId: Id, id: Id): Promise<EmailSubmission> {
    const row = await one(accountId, id);
    // Cancelled means that nobody has it: it would be queued again, and come twice to those who do.
    if (Object.values(recipientsOf(row)).some(({ outcome }) => outcome === 'accepted'))
      throw new RequestError('unsupported', 'some of the recipients have it already');
    const moved = await move(db, row, { states: ['held', 'due'] }, { state: 'canceled', next_try_at: null });
    if (!moved) throw new RequestError('unsupported', 'it is too late to cancel');
    await note(moved, 'canceled');
    return toSubmission(moved);
  }

  async function sendAgain(accountId: Id, id: Id): Promise<EmailSubmission> {
    const row = await one(accountId, id);
    await forgetLimits(db, accountId);
    const recipients = Object.fromEntries(
      Object.entries(recipientsOf(row)).map(([email, state]) => [
        email,
        state.outcome === 'accepted' ? state : { outcome: 'waiting', reply: '' },
      ]),
    );
    const now = Date.now();
    const moved = await move(
      db,
      row,
      // An attempt that ends between may have found somebody who takes it: nobody gets it twice.
      { states: AGAIN, recipients: row.recipients },
      {
        state: 'due',
        next_try_at: now,
        send_at: now,
        attempts: 0,
        code: null,
        server_text: null,
        recipients: JSON.stringify(recipients),
      },
    );
    if (!moved) {
      const now = await one(accountId, id);
      if (AGAIN.includes(now.state) && now.recipients !== row.recipients) return sendAgain(accountId, id);
      throw new RequestError(
        'unsupported',
        'only what failed, is uncertain or waits for its next try is sent again',
      );
    }
    await note(moved, 'again');
    worker.wake();
    return toSubmission(moved);
  }

  async function lookAgain(accountId: Id, id: Id): Promise<EmailSubmission> {
    const row = await one(accountId, id);
    if (row.state !== 'uncertain') return toSubmission(row);
    if (!(await host.isFound(accountId, row.email_id, await deps.blobs.read(row.copy_sha256))))
      return toSubmission(row);
    const recipients = JSON.stringify(settle(recipientsOf(row), 'unknown', 'accepted'));
    const found = { state: 'sent', code: null, server_text: null, recipients, file_at: TO_FILE } as const;
    const moved = await move(db, row, { states: ['uncertain'] }, found);
    if (!moved) return toSubmission(await one(accountId, id));
    await note(moved, 'found');
    worker.wake();
    return toSubmission(moved);
  }

  async function join(accountId: Id, report: Report): Promise<boolean> {
    const joined = await joinReport(db, accountId, report);
    if (joined) {
      host.changed(accountId);
      worker.wake();
    }
    return joined;
  }

  return {
    queue,
    cancel,
    sendAgain,
    lookAgain,
    join,
    reportsAfter: (accountId) => reportsAfter(db, accountId),
    setReportsAfter: (accountId, at) => setReportsAfter(db, accountId, at),
    timelines: (accountId, ids) => timelines(db, accountId, ids),
    takes: (accountId, server) => takesOf(db, accountId, server),
    get: async (accountId, ids) => (await getRows(db, accountId, ids)).map(toSubmission),
    query: (accountId, filter) => queryRows(db, accountId, filter),
    state: (accountId) => stateOf(db, accountId),
    changes: (accountId, since, max) => changesOf(db, accountId, since, max),
    async destroy(accountId, id) {
      await move(db, await one(accountId, id), {}, { destroyed: 1 });
      host.changed(accountId);
    },
    async queuedEmailIds(accountId) {
      const rows = await db
        .selectFrom('submission')
        .select('email_id')
        .where('account_id', '=', accountId)
        .where((eb) => eb.or([eb('state', 'in', MOVING), eb('file_at', '>=', 0)]))
        .execute();
      return rows.map((row) => row.email_id);
    },
    start: () => worker.start(),
    async stop() {
      await worker.stop();
      sessions.close();
    },
  };
}
