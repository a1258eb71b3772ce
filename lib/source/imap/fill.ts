/** Details that were not read with the list: headers and structure after trouble, previews from the first text part. */
import { fetchRows } from '@/lib/imap/fetch';
import type { ImapSession } from '@/lib/imap/session';
import { uidSets } from '@/lib/imap/uid-set';
import type { EmailRow, Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { bodyParts } from '@/lib/mime/body-structure';
import { emailHeaders } from '@/lib/mime/header';
import { previewOf } from '@/lib/mime/preview';
import type { EmailHeaders, MimePart } from '@/lib/mime/types';
import type { Detail } from '@/lib/source/source';
import { type ImapContext, wiredMailbox } from './context';
import { locationsByMailbox, onePerEmail, selectFor, unlessElsewhere } from './locate';
import { readStructureFromBytes } from './raw-structure';
import { refreshMailbox } from './refresh-mailbox';

/** Of plain text; HTML begins with its style sheet. */
const PLAIN_BYTES = 2_048;
const HTML_BYTES = 16_384;
/** Of a mailbox that is looked into anew. */
const LOOKED_AT = 50;

interface Details {
  headers?: EmailHeaders;
  structure?: MimePart;
  preview?: string;
}

/** @returns previews that may not be in the index yet: they are written behind */
export async function fill(
  context: ImapContext,
  ids: Id[],
  detail: Detail[],
): Promise<ReadonlyMap<Id, string>> {
  const previews = new Map<Id, string>();
  // Of a mailbox that another program renamed, or that has another UIDVALIDITY, the index then knows more.
  if (!(await fillKnown(context, ids, detail, previews))) await fillKnown(context, ids, detail, previews);
  return previews;
}

/** @returns false when a mailbox was not what the index says; it has been looked into since */
async function fillKnown(
  context: ImapContext,
  ids: Id[],
  detail: Detail[],
  previews: Map<Id, string>,
): Promise<boolean> {
  const rows = new Map((await context.index.emails(ids)).map((row) => [row.id, coming(context, row)]));
  for (const { id, preview } of rows.values()) if (preview !== null) previews.set(id, preview);
  const lacking = [...rows.values()].filter((row) => lacks(row, detail)).map((row) => row.id);
  const byMailbox = onePerEmail(await locationsByMailbox(context, lacking));
  let isSure = true;
  for (const [mailboxId, locations] of byMailbox) {
    const details = await unlessElsewhere(async () => {
      const { wire } = await wiredMailbox(context, mailboxId);
      return context.pool.interactive(async (session) => {
        await selectFor(session, wire.path, locations);
        return readDetails(session, locations, rows, detail);
      });
    });
    if (details) await keep(context, details, previews);
    else await unlessElsewhere(() => refreshMailbox(context, mailboxId, LOOKED_AT));
    isSure &&= details !== null;
  }
  return isSure;
}

function coming({ previews }: ImapContext, row: EmailRow): EmailRow {
  return row.preview === null ? { ...row, preview: previews.get(row.id) ?? null } : row;
}

/** Headers may move an Email to another Thread, so whoever asked waits for them. */
async function keep(
  context: ImapContext,
  details: ReadonlyMap<Id, Details>,
  previews: Map<Id, string>,
): Promise<void> {
  const behind = new Map<Id, string>();
  const now = new Map<Id, Details>();
  for (const [id, found] of details) {
    if (found.preview !== undefined) previews.set(id, found.preview);
    if (found.headers || found.structure) now.set(id, found);
    else if (found.preview !== undefined) behind.set(id, found.preview);
  }
  if (now.size > 0) {
    await context.index.write(async (writer) => {
      for (const [id, found] of now) await writer.setDetails(id, found);
    });
  }
  await context.previews.write(behind);
}

function lacks(row: EmailRow, detail: Detail[]): boolean {
  return (
    (detail.includes('headers') && row.headers === null) ||
    ((detail.includes('structure') || detail.includes('preview')) && row.structure === null) ||
    (detail.includes('preview') && row.preview === null)
  );
}

async function readDetails(
  session: ImapSession,
  locations: Location[],
  rows: ReadonlyMap<Id, EmailRow>,
  detail: Detail[],
): Promise<Map<Id, Details>> {
  const details = new Map<Id, Details>(locations.map(({ emailId }) => [emailId, {}]));
  const add = (id: Id, found: Details) => details.set(id, { ...details.get(id), ...found });
  const bare = locations.filter(({ emailId }) => {
    const row = rows.get(emailId);
    return row && (row.headers === null || row.structure === null);
  });
  await readMissing(session, bare, rows, add);
  if (detail.includes('preview')) {
    const structures = new Map(
      locations.map(({ emailId }) => [
        emailId,
        details.get(emailId)?.structure ?? rows.get(emailId)?.structure ?? null,
      ]),
    );
    const wanting = locations.filter(({ emailId }) => rows.get(emailId)?.preview === null);
    await readPreviews(session, wanting, structures, add);
  }
  return details;
}

type Add = (id: Id, found: Details) => void;

async function readMissing(
  session: ImapSession,
  locations: Location[],
  rows: ReadonlyMap<Id, EmailRow>,
  add: Add,
): Promise<void> {
  const ids = new Map(locations.map(({ uid, emailId }) => [uid, emailId]));
  for (const { set } of uidSets(ids.keys())) {
    await fetchRows(session, set, { listHeaders: true, structure: true }, (row) => {
      const id = ids.get(row.uid);
      if (!id) return;
      if (row.listHeaders) add(id, { headers: emailHeaders(row.listHeaders) });
      if (row.structure) add(id, { structure: row.structure });
      if (row.structure) ids.delete(row.uid);
    });
  }
  // What the server cannot describe is read whole and walked (gateway.md 2.7).
  for (const [uid, id] of ids) {
    if (rows.get(id)?.structure) continue;
    const structure = await readStructureFromBytes(session, uid);
    if (structure) add(id, { structure });
  }
}

async function readPreviews(
  session: ImapSession,
  locations: Location[],
  structures: ReadonlyMap<Id, MimePart | null>,
  add: Add,
): Promise<void> {
  const wanted = new Map<string, Map<number, { id: Id; part: MimePart }>>();
  for (const { emailId, uid } of locations) {
    const structure = structures.get(emailId);
    const part = structure ? firstText(structure) : null;
    if (!part) {
      add(emailId, { preview: '' });
      continue;
    }
    wanted.set(part.path, (wanted.get(part.path) ?? new Map()).set(uid, { id: emailId, part }));
  }
  // A command each for plain text and for HTML would be more round trips than the bytes are worth.
  for (const [section, byUid] of wanted) {
    const length = Math.max(...[...byUid.values()].map(({ part }) => previewLength(part)));
    const items = { sections: [{ section, offset: 0, length }] };
    for (const { set } of uidSets(byUid.keys())) {
      await fetchRows(session, set, items, (row) => {
        const found = byUid.get(row.uid);
        const bytes = row.sections.get(section)?.subarray(0, found && previewLength(found.part));
        if (found && bytes) add(found.id, { preview: previewOf(found.part, bytes) });
      });
    }
  }
}

function previewLength({ type }: MimePart): number {
  return type === 'text/html' ? HTML_BYTES : PLAIN_BYTES;
}

function firstText(structure: MimePart): MimePart | null {
  const { textBody, htmlBody } = bodyParts(structure);
  return [...textBody, ...htmlBody].find((part) => part.type.startsWith('text/')) ?? null;
}
