/** LIST and STATUS into the index (gateway.md 2.4). */

import { CommandError, ProtocolError } from '@/lib/errors';
import { mailboxStatus } from '@/lib/imap/mailboxes';
import type { ImapSession } from '@/lib/imap/session';
import { hashId, mailboxIdOfPath } from '@/lib/index/ids';
import type { MailboxRow, MailboxWire } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { log } from '@/lib/log';
import type { ImapContext } from './context';
import { type Listed, listed, mailboxInput, withRoles } from './listing';

/** More than anybody has; above it the server talks nonsense (security.md R19). */
const MAX_MAILBOXES = 10_000;
/** A command each: more than anybody leaves behind; the others are what they were taken for before. */
const MAX_DOUBTFUL = 20;

/** @returns the mailboxes that moved since the index read them: it counts their messages itself, so they must be read */
export async function refreshMailboxes(context: ImapContext): Promise<Id[]> {
  const { before, entries } = await relist(context);
  return movedSince(before, entries);
}

/** @returns what the index knew before, and what the server says now */
export function relist(context: ImapContext): Promise<{ before: MailboxRow[]; entries: Listed[] }> {
  return context.syncs.run('mailboxes', async () => {
    const { entries, prefix, unknown } = await context.pool.interactive(async (session) => {
      const entries = await readList(context, session);
      const unknown = await context.rights.put(session, entries);
      return { entries, prefix: session.namespace.prefix, unknown };
    });
    const before = await context.index.mailboxes();
    await writeList(context, entries, before, prefix);
    context.rights.ask(context, unknown);
    return { before, entries };
  });
}

async function readList(context: ImapContext, session: ImapSession): Promise<Listed[]> {
  const byList = session.has('LIST-STATUS');
  const statusQuery = { messages: true, unseen: true, uidNext: true, uidValidity: true, highestModseq: true };
  const list = async () => (await session.list(byList ? { statusQuery } : {})).map(listed);
  let entries = await list();
  const known = await context.index.mailboxes();
  // A LIST that lost mailboxes is asked again before anything is taken from the index (gateway.md 2.4).
  if (entries.length < known.length) entries = [...entries, ...(await list())];
  const unique = [...new Map(entries.map((entry) => [entry.path, entry])).values()];
  if (unique.length === 0)
    throw new ProtocolError('protocolViolation', 'LIST is empty: even the inbox is missing');
  if (unique.length > MAX_MAILBOXES) throw new ProtocolError('limitExceeded', 'too many mailboxes');
  // One command per mailbox is what throttles are made for: only those that are always in sight.
  if (!byList) for (const entry of unique) if (entry.role !== null) await askStatus(session, entry);
  if (byList) for (const entry of unique) entry.isDoubtful = entry.selectable && entry.status === null;
  await askDoubtful(session, unique, known);
  return unique;
}

/**
 * Dovecot lists what was deleted above others as if it were there, and only STATUS and SELECT tell. Not asked about what is
 * open: the look into it learns whether it went or was renamed.
 */
async function askDoubtful(session: ImapSession, entries: Listed[], rows: MailboxRow[]): Promise<void> {
  const wires = new Map(rows.map(({ wire }) => [wire?.path, wire]));
  const isShut = ({ path }: Listed) => wires.get(path)?.selectable === false;
  const isOpen = ({ path }: Listed) => (wires.get(path)?.filledDownTo ?? null) !== null;
  const doubtful = entries.filter(
    (entry) =>
      entry.selectable && !entry.status && (isShut(entry) || (entry.isDoubtful === true && !isOpen(entry))),
  );
  for (const [at, entry] of doubtful.entries()) {
    const isMissing = at < MAX_DOUBTFUL && (await askStatus(session, entry)) === 'missing';
    entry.selectable = !isMissing && (entry.status !== null || !isShut(entry));
  }
}

/** @returns `missing` when the server says that there is no such mailbox */
async function askStatus(session: ImapSession, entry: Listed): Promise<'missing' | null> {
  if (!entry.selectable || session.selected?.path === entry.path) return null;
  try {
    const status = await mailboxStatus(session, entry.path);
    entry.status = {
      ...(status.messages === null ? {} : { messages: status.messages }),
      ...(status.unseen === null ? {} : { unseen: status.unseen }),
      ...(status.uidNext === null ? {} : { uidNext: status.uidNext }),
      ...(status.uidValidity === null ? {} : { uidValidity: status.uidValidity }),
      ...(status.highestModseq === null ? {} : { highestModseq: status.highestModseq }),
    };
  } catch (error) {
    // Unknown, never "empty" (gateway.md 2.4).
    if (!(error instanceof CommandError)) throw error;
    log.debug('imap.status', { code: error.code });
    return error.code === 'notFound' ? 'missing' : null;
  }
  return null;
}

async function writeList(
  context: ImapContext,
  entries: Listed[],
  rows: MailboxRow[],
  prefix: string,
): Promise<void> {
  if (rows.length === 0) await context.aliases.forgetVanished();
  const known = rowsByPath(entries, rows);
  const given = await context.aliases.idsOf(entries.filter(({ path }) => !known.has(path)).map(naturalId));
  const ids = identify(entries, known, given, new Set(rows.map(({ id }) => id)));
  // Parents before children: a path is longer than its parent's.
  const ordered = withRoles(entries, ids, context.settings.roles).sort(
    (a, b) => a.path.length - b.path.length,
  );
  const living = new Set(ids.values());
  const gone = rows.filter(({ id }) => !living.has(id));
  const emptied = entries.flatMap((entry) => heldBefore(entry, known.get(entry.path)));
  for (const { id } of [...gone, ...emptied]) await noteVanished(context, id);
  await keepIds(context, entries, ids);
  const held = await Promise.all(emptied.map(({ id }) => uidsOf(context, id)));
  await context.index.write(async (writer) => {
    for (const row of gone) await writer.removeMailbox(row.id);
    for (const [at, { id }] of emptied.entries()) await writer.removeLocations(id, held[at] ?? []);
    for (const entry of ordered) {
      await writer.putMailbox(mailboxInput(entry, known.get(entry.path) ?? null, ids, prefix));
    }
  });
}

function naturalId({ path, status }: Listed): Id {
  return mailboxIdOfPath(path, status?.uidValidity ?? 0);
}

/** By the path they have now: one that went while another came with its UIDVALIDITY, and UIDNEXT if it was read, was renamed. */
function rowsByPath(entries: Listed[], rows: MailboxRow[]): Map<string, MailboxRow> {
  const listed = new Set(entries.map(({ path }) => path));
  const known = new Map(rows.map((row) => [row.wire?.path ?? '', row]));
  const left = rows.filter(({ wire }) => wire && !listed.has(wire.path));
  const came = entries.filter(({ path, status }) => !known.has(path) && status?.uidValidity);
  for (const entry of came) {
    const [row, ...others] = left.filter((candidate) => same(candidate, entry));
    if (!row || others.length > 0 || came.filter((other) => same(row, other)).length > 1) continue;
    known.set(entry.path, row);
  }
  return known;
}

/** Of one never opened its id tells under which UIDVALIDITY it was first seen. */
function same({ id, wire }: MailboxRow, { status }: Listed): boolean {
  if (!wire || !status?.uidValidity) return false;
  if (wire.filledDownTo === null) return mailboxIdOfPath(wire.path, status.uidValidity) === id;
  return wire.uidValidity === status.uidValidity && wire.uidNext === status.uidNext;
}

/** The id a path had stays; a new path never takes the id of a mailbox that was renamed away. */
function identify(
  entries: Listed[],
  known: ReadonlyMap<string, MailboxRow>,
  given: ReadonlyMap<Id, Id>,
  taken: Set<Id>,
): Map<string, Id> {
  const ids = new Map<string, Id>();
  for (const entry of entries) {
    const natural = naturalId(entry);
    let id = known.get(entry.path)?.id ?? given.get(natural) ?? natural;
    if (!known.has(entry.path) && taken.has(id)) id = hashId('b', entry.path, 'again', taken.size);
    taken.add(id);
    ids.set(entry.path, id);
  }
  return ids;
}

/** What nobody could compute again. */
async function keepIds(context: ImapContext, entries: Listed[], ids: ReadonlyMap<string, Id>): Promise<void> {
  const own = entries.flatMap((entry): [Id, Id][] => {
    const [natural, id] = [naturalId(entry), ids.get(entry.path)];
    return id && id !== natural ? [[natural, id]] : [];
  });
  if (own.length === 0) return;
  const kept = await context.aliases.idsOf(own.map(([natural]) => natural));
  await context.aliases.set(own.filter(([natural, id]) => kept.get(natural) !== id));
}

/** Deleted with others below it: the name stays, and what was in it is gone (RFC 3501 §6.3.4). */
function heldBefore({ selectable }: Listed, row: MailboxRow | undefined): MailboxRow[] {
  return row && !selectable && (row.wire?.selectable || row.totalEmails > 0) ? [row] : [];
}

async function noteVanished(context: ImapContext, mailboxId: Id): Promise<void> {
  await context.aliases.noteVanished(mailboxId, await uidsOf(context, mailboxId));
}

async function uidsOf({ index }: ImapContext, mailboxId: Id): Promise<number[]> {
  const locations = await index.mailboxLocations(mailboxId, 1, Number.MAX_SAFE_INTEGER);
  return locations.map(({ uid }) => uid);
}

function movedSince(before: MailboxRow[], entries: Listed[]): Id[] {
  const listed = new Map(entries.map((entry) => [entry.path, entry]));
  return before
    .filter(
      (row) =>
        row.wire && row.wire.filledDownTo !== null && hasMoved(row, row.wire, listed.get(row.wire.path)),
    )
    .map(({ id }) => id);
}

function hasMoved(row: MailboxRow, wire: MailboxWire, entry: Listed | undefined): boolean {
  if (entry?.isDoubtful) return true;
  const status = entry?.status;
  if (!status) return false;
  const differs = (now: number | undefined, known: number) => now !== undefined && now !== known;
  if (differs(status.uidValidity, wire.uidValidity)) return true;
  // The mod-sequence tells of everything; without it flags other than \Seen are found when the mailbox is opened.
  if (status.highestModseq && wire.highestModseq) return status.highestModseq !== wire.highestModseq;
  if (differs(status.uidNext, wire.uidNext)) return true;
  return (
    wire.filledDownTo === 1 &&
    (differs(status.messages, row.totalEmails) || differs(status.unseen, row.unreadEmails))
  );
}
