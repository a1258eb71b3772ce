/**
 * Bounces and read receipts, joined to what was sent. A report names the message by the id that only its recipients and the servers
 * on the way know, and a recipient that it had: else it is some stranger's claim, and nothing comes of it.
 */
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import type { Id } from '@/lib/jmap/types';
import { TO_FILE } from './claim';
import type { RecipientState, RecipientStates } from './recipients';
import { recipientsOf, reportsOf } from './row';
import { getRows, move, type Row } from './store';
import type { Happened } from './timeline';
import type { Report, ReportedEvent } from './types';

/** Older mail gets no answers that anybody waits for. */
const LOOKED_BACK = 30 * 24 * 60 * 60_000;
/** Some have it, or may have it. */
const ANSWERABLE: Row['state'][] = ['sent', 'uncertain', 'due'];
/** Many servers and readers answer one mailing. */
const MAX_REPORTS = 100;

/** @returns whether it belonged to something that was sent */
export async function joinReport(db: Kysely<MainTables>, accountId: Id, report: Report): Promise<boolean> {
  let joined = false;
  for (const row of await reportedRows(db, accountId, report)) {
    joined = (await joinTo(db, row, report)) || joined;
  }
  return joined;
}

/** Another report, or the worker, may change the row meanwhile: then it is read again. */
async function joinTo(db: Kysely<MainTables>, read: Row, report: Report): Promise<boolean> {
  for (let row: Row | undefined = read; row; [row] = await getRows(db, row.account_id, [row.id])) {
    if (!ANSWERABLE.includes(row.state)) return false;
    const known = reportsOf(row);
    if (known.dsn.includes(report.blobId) || known.mdn.includes(report.blobId)) return true;
    const before = recipientsOf(row);
    const events = report.events.flatMap((event) => ownEvent(event, before) ?? []);
    if (events.length === 0) return false;
    known[report.kind] = [...known[report.kind], report.blobId].slice(-MAX_REPORTS);
    const values = {
      recipients: JSON.stringify(events.reduce(withEvent, before)),
      reports: JSON.stringify(known),
      // Whoever answers it has it.
      ...(row.state === 'uncertain' ? proven() : {}),
    };
    const moved = await move(db, row, { changed: row.changed }, values, events.map(happened));
    if (moved) return true;
  }
  return false;
}

const proven = () => ({ state: 'sent', code: null, server_text: null, file_at: TO_FILE }) as const;

async function reportedRows(
  db: Kysely<MainTables>,
  accountId: Id,
  { envelopeId, messageId }: Report,
): Promise<Row[]> {
  if (envelopeId === null && messageId === null) return [];
  return db
    .selectFrom('submission')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('destroyed', '=', 0)
    .where('queued_at', '>', Date.now() - LOOKED_BACK)
    .where('state', 'in', ANSWERABLE)
    .where((eb) => eb.or([eb('id', '=', envelopeId ?? ''), eb('message_id', '=', messageId ?? '')]))
    .execute();
}

type OwnEvent = ReportedEvent & { recipient: string };

/** Under the address that it was sent to; forwarding may have changed it, where there was only one it is that one. */
function ownEvent(event: ReportedEvent, states: RecipientStates): OwnEvent | null {
  const sent = Object.keys(states);
  const named = event.addresses.map((address) => address.toLowerCase());
  const recipient = sent.find((email) => named.includes(email.toLowerCase()));
  const only = sent.length === 1 && event.kind !== 'displayed' ? sent[0] : undefined;
  const found = recipient ?? only;
  return found === undefined ? null : { ...event, recipient: found };
}

function withEvent(states: RecipientStates, { kind, text, recipient }: OwnEvent): RecipientStates {
  const before = states[recipient];
  if (!before) return states;
  return { ...states, [recipient]: { ...after(before, kind, text) } };
}

function after(before: RecipientState, kind: ReportedEvent['kind'], text: string): RecipientState {
  const state = before.outcome === 'unknown' ? { ...before, outcome: 'accepted' as const } : before;
  if (kind === 'bounced') return { ...state, delivered: 'no', reply: text };
  if (kind === 'delivered') return { ...state, delivered: 'yes' };
  return kind === 'displayed' ? { ...state, delivered: 'yes', displayed: true } : state;
}

function happened({ kind, recipient, text }: OwnEvent): Happened {
  return { at: Date.now(), kind, text: text === '' ? recipient : `${recipient}: ${text}` };
}

/** From when on mail is to be looked through; null: nothing was sent that could be answered. */
export async function reportsAfter(db: Kysely<MainTables>, accountId: Id): Promise<number | null> {
  const sent = await db
    .selectFrom('submission')
    .select('queued_at')
    .where('account_id', '=', accountId)
    .where('queued_at', '>', Date.now() - LOOKED_BACK)
    .where('state', 'in', ANSWERABLE)
    .orderBy('queued_at')
    .limit(1)
    .executeTakeFirst();
  if (!sent) return null;
  const counter = await db
    .selectFrom('submission_counter')
    .select('reports_after')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return Math.max(counter?.reports_after ?? 0, sent.queued_at);
}

export async function setReportsAfter(db: Kysely<MainTables>, accountId: Id, at: number): Promise<void> {
  await db
    .updateTable('submission_counter')
    .set({ reports_after: at })
    .where('account_id', '=', accountId)
    .execute();
}
