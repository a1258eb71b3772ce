/** Rows of a FETCH as Emails of the index. */
import { CommandError, ProtocolError } from '@/lib/errors';
import { type FetchItems, type FetchRow, fetchRows } from '@/lib/imap/fetch';
import type { Selected } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { uidSets } from '@/lib/imap/uid-set';
import type { NewEmail } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { emailHeaders } from '@/lib/mime/header';
import { Pace } from '@/lib/pace';
import type { ImapContext } from './context';
import { emailIdOf, threadIdOf } from './ids';
import { marksOf } from './keywords';
import type { ServerIds } from './server-ids';

const LISTED: FetchItems = {
  flags: true,
  internalDate: true,
  size: true,
  structure: true,
  listHeaders: true,
};

export interface Range {
  set: string;
  bySequence: boolean;
}

/** Everything that the list shows of these messages, in one command. Ascending by UID. */
export async function readEmails(
  context: ImapContext,
  session: ImapSession,
  selected: Selected,
  mailboxId: Id,
  range: Range,
): Promise<NewEmail[]> {
  const items = { ...LISTED, modseq: selected.highestModseq !== null };
  const rows = await readRows(session, range, items, context.serverIds);
  const emails: NewEmail[] = [];
  const pace = new Pace();
  for (const row of rows.sort((a, b) => a.uid - b.uid)) {
    emails.push(newEmail(row, mailboxId, selected.uidValidity));
    await pace.turn();
  }
  return context.aliases.resolve(emails);
}

async function readRows(
  session: ImapSession,
  range: Range,
  listed: FetchItems,
  serverIds: ServerIds,
): Promise<FetchRow[]> {
  const items = { ...listed, extra: serverIds.items(session) };
  const rows = new Map<number, FetchRow>();
  const keep = (row: FetchRow) => {
    // A server may split one message over several rows (365 and others).
    const known = rows.get(row.uid);
    rows.set(row.uid, known ? merged(known, row) : row);
  };
  try {
    await fetchRows(session, range.set, items, keep, range);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (await serverIds.refused(session)) return readRows(session, range, listed, serverIds);
    // The server chokes on some message (security.md R13): first who is there, then one by one.
    rows.clear();
    await readOneByOne(session, range, items, keep);
  }
  // Flags alone are what another program has just changed, not the answer.
  const complete = [...rows.values()].filter((row) => row.flags !== null && row.listHeaders !== null);
  const poisoned = await lostRows(session, range, complete);
  for (const uid of poisoned) await readPoisoned(session, uid, items, keep);
  return [...rows.values()].filter((row) => row.flags !== null);
}

function merged(a: FetchRow, b: FetchRow): FetchRow {
  return {
    ...a,
    flags: b.flags ?? a.flags,
    internalDate: a.internalDate ?? b.internalDate,
    size: a.size ?? b.size,
    modseq: b.modseq ?? a.modseq,
    structure: a.structure ?? b.structure,
    listHeaders: a.listHeaders ?? b.listHeaders,
    extra: new Map([...a.extra, ...b.extra]),
  };
}

/** Messages that the server has in this range and whose row did not come through the parser. */
async function lostRows(session: ImapSession, range: Range, rows: FetchRow[]): Promise<number[]> {
  const expected = expectedCount(range);
  if (expected !== null && rows.length >= expected) return [];
  const seen = new Set(rows.map((row) => row.uid));
  const lost: number[] = [];
  const note = (row: FetchRow) => {
    if (!seen.has(row.uid)) lost.push(row.uid);
  };
  await fetchRows(session, range.set, {}, note, range);
  return lost;
}

/** How many messages the range must give; null when gaps are normal (UIDs). */
function expectedCount(range: Range): number | null {
  let count = 0;
  for (const item of range.set.split(',')) {
    const [low = '', high = low] = item.split(':');
    if (high === '*') return null;
    count += Number(high) - Number(low) + 1;
  }
  return count;
}

async function readOneByOne(
  session: ImapSession,
  range: Range,
  items: FetchItems,
  keep: (row: FetchRow) => void,
): Promise<void> {
  const uids: number[] = [];
  await fetchRows(session, range.set, {}, (row) => uids.push(row.uid), range);
  for (const uid of uids) await readPoisoned(session, uid, items, keep);
}

/**
 * Tried without what poisons it; the last tries give at least a line in the list.
 * @throws what the server refuses even its UID with: it is there or not, and is read later, or it would be left out for ever
 */
async function readPoisoned(
  session: ImapSession,
  uid: number,
  items: FetchItems,
  keep: (row: FetchRow) => void,
): Promise<void> {
  const tries: FetchItems[] = [
    { ...items, structure: false },
    { ...items, structure: false, listHeaders: false },
    { internalDate: true, size: true },
    {},
  ];
  let refused: unknown = null;
  for (const attempt of tries) {
    let found = false;
    refused = null;
    try {
      await fetchRows(session, String(uid), attempt, (row) => {
        found = true;
        keep({ ...row, flags: row.flags ?? [] });
      });
    } catch (error) {
      if (!(error instanceof CommandError) && !(error instanceof ProtocolError)) throw error;
      if (!session.alive) throw error;
      refused = error;
    }
    if (found) return;
  }
  if (refused) throw refused;
}

function newEmail(row: FetchRow, mailboxId: Id, uidValidity: number): NewEmail {
  return {
    id: emailIdOf(row, mailboxId, uidValidity),
    receivedAt: row.internalDate ?? 0,
    size: row.size ?? 0,
    headers: row.listHeaders ? emailHeaders(row.listHeaders) : null,
    structure: row.structure,
    preview: null,
    text: null,
    threadId: threadIdOf(row),
    location: { mailboxId, uidValidity, uid: row.uid, ...marksOf(row.flags), modseq: row.modseq },
  };
}

/** Rows of given UIDs, in as many commands as their length asks for. */
export async function readEmailsByUid(
  context: ImapContext,
  session: ImapSession,
  selected: Selected,
  mailboxId: Id,
  uids: Iterable<number>,
): Promise<NewEmail[]> {
  const emails: NewEmail[] = [];
  for (const { set } of uidSets(uids)) {
    const range = { set, bySequence: false };
    emails.push(...(await readEmails(context, session, selected, mailboxId, range)));
  }
  return emails;
}
