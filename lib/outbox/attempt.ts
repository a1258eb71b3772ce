/** One try to send one claimed row; ends with the row moved on, whatever happened (security.md I2). */
import type { Kysely } from 'kysely';
import type { BlobStore } from '@/lib/db/blob-store';
import type { MainTables } from '@/lib/db/tables';
import { CommandError, MailError } from '@/lib/errors';
import { errorFields, log } from '@/lib/log';
import type { ServerLogin } from '@/lib/net/types';
import type { SmtpSessions } from '@/lib/smtp/sessions';
import { submit } from '@/lib/smtp/submit';
import type { SubmitOutcome } from '@/lib/smtp/types';
import { afterAttempt, limitOf } from './after-attempt';
import { LEASE_MS, renewLease, TO_FILE } from './claim';
import { deliveryNotice, requiresTls } from './dsn';
import { checkLimit, rememberLimit, rememberTakes } from './limits';
import { limitIn, waitingRecipients } from './recipients';
import { envelopeOf, recipientsOf } from './row';
import { move, type Row } from './store';
import { record } from './timeline';
import type { OutboxHost } from './types';

export interface AttemptDeps {
  db: Kysely<MainTables>;
  blobs: BlobStore;
  sessions: SmtpSessions;
  host: OutboxHost;
}

/** `row` is in `connecting` and leased to us. */
export async function attempt(deps: AttemptDeps, row: Row): Promise<void> {
  const startedAt = Date.now();
  const renewing = setInterval(() => void renew(deps, row), LEASE_MS / 3);
  try {
    const outcome = await outcomeOf(deps, row, startedAt);
    const endedAt = Date.now();
    const next = afterAttempt(
      { attempts: row.attempts + 1, sendAt: row.send_at, recipients: recipientsOf(row) },
      outcome,
      Date.now(),
    );
    log.info('submission', { id: row.id, state: next.state, code: next.code, attempts: row.attempts + 1 });
    await move(
      deps.db,
      row,
      { leaseToken: row.lease_token ?? '' },
      {
        state: next.state,
        next_try_at: next.nextTryAt,
        recipients: JSON.stringify(next.recipients),
        code: next.code,
        server_text: next.serverText,
        attempts: row.attempts + 1,
        lease_token: null,
        ...(next.file && row.file_at === null ? { file_at: TO_FILE } : {}),
      },
    );
    await record(deps.db, row, [
      ...(wasAsked(outcome) ? [{ at: startedAt, kind: 'connecting' as const }] : []),
      ...(outcome.said ?? []).map(({ at, from, text }) => ({ at, kind: from, text })),
      { at: endedAt, kind: next.state, text: next.code },
    ]);
  } finally {
    clearInterval(renewing);
    deps.host.changed(row.account_id);
  }
}

async function outcomeOf(deps: AttemptDeps, row: Row, startedAt: number): Promise<SubmitOutcome> {
  try {
    const message = await deps.blobs.read(row.wire_sha256);
    const route = await deps.host.route(row.account_id, row.identity_id);
    const to = waitingRecipients(recipientsOf(row));
    if (route.kind === 'loopback') {
      await enterData(deps, row);
      await deps.host.deliverLocally(row.account_id, message);
      const reply = '250 2.0.0 Delivered to this mailbox';
      return {
        kind: 'accepted',
        reply,
        recipients: to.map((address) => ({ address, accepted: true, reply })),
      };
    }
    await checkLimit(deps.db, row.account_id, route.server, startedAt);
    const { mailFrom } = envelopeOf(row);
    const envelope = {
      from: mailFrom.email,
      to,
      size: message.length,
      dsn: deliveryNotice(envelopeOf(row), row.id),
      requireTls: requiresTls(envelopeOf(row)),
    };
    const target = { server: route.server, secret: route.secret, sessions: deps.sessions };
    const outcome = await submit(target, envelope, message, () => enterData(deps, row));
    await rememberIn(deps, row, route.server, outcome);
    return outcome;
  } catch (error) {
    // Our own side failed before a byte went out: the disk, the database, the account.
    log.warn('submission.unready', { id: row.id, ...errorFields(error) });
    const known = error instanceof MailError ? error : new CommandError('serverFail', 'not ready to send');
    return { kind: 'refused', temporary: known.code !== 'notFound', error: known, recipients: [] };
  }
}

/** A limit that is known already was not told by the server now. */
const wasAsked = (outcome: SubmitOutcome): boolean =>
  outcome.kind !== 'refused' || limitOf(outcome.error) === null || outcome.error.serverText !== undefined;

/** What is known of the mail goes before what is known of the server: it never fails the attempt. */
async function rememberIn(
  { db, host }: AttemptDeps,
  row: Row,
  server: ServerLogin,
  outcome: SubmitOutcome,
): Promise<void> {
  try {
    const seconds = outcome.kind === 'refused' ? limitOf(outcome.error) : limitIn(outcome.recipients);
    if (seconds !== null) await rememberLimit(db, row.account_id, server, Date.now() + seconds * 1000);
    if (await rememberTakes(db, row.account_id, server, outcome)) await host.takesChanged(row.account_id);
  } catch (error) {
    log.warn('submission.limits', { id: row.id, ...errorFields(error) });
  }
}

/** Durable before the first byte: from here on a dead process means "perhaps sent". */
async function enterData(deps: AttemptDeps, row: Row): Promise<void> {
  const moved = await move(
    deps.db,
    row,
    { states: ['connecting'], leaseToken: row.lease_token ?? '' },
    { state: 'data' },
  );
  if (!moved) throw new CommandError('tryLater', 'another worker has taken this submission');
}

async function renew(deps: AttemptDeps, row: Row): Promise<void> {
  try {
    await renewLease(deps.db, row);
  } catch (error) {
    log.warn('submission.lease', { id: row.id, ...errorFields(error) });
  }
}
