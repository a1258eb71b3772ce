/** Bytes of messages: small reads on the connection a person waits on, large ones in chunks on the bulk connection. */
import { Readable } from 'node:stream';
import { CommandError } from '@/lib/errors';
import { type FetchRow, fetchRows } from '@/lib/imap/fetch';
import type { ImapSession } from '@/lib/imap/session';
import type { Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { MAX_HEADER } from '@/lib/mime/limits';
import type { MimePart } from '@/lib/mime/types';
import type { Together } from '@/lib/source/source';
import type { ImapContext } from './context';
import { fill } from './fill';
import { readSomewhere, selectFor } from './locate';
import { readPartFromBytes } from './raw-structure';

/** The first chunk brings most parts whole. */
const FIRST_CHUNK = 256 << 10;
/** With 64 KB windows a download from Cyrus takes twelve times as long (gateway.md pitfall 36). */
const NEXT_CHUNK = 2 << 20;

export async function readHeader(context: ImapContext, emailId: Id): Promise<Buffer> {
  return readSomewhere(context, emailId, (location, path) =>
    context.pool.interactive((session) =>
      readChunk(session, location, path, 'HEADER', { offset: 0, length: MAX_HEADER }),
    ),
  );
}

/** @param section '' is the whole message */
export async function readSection(
  context: ImapContext,
  emailId: Id,
  section: string,
  range: { offset: number; length: number } = { offset: 0, length: Number.POSITIVE_INFINITY },
): Promise<Readable> {
  const firstLength = Math.min(FIRST_CHUNK, range.length);
  return readSomewhere(context, emailId, async (location, path) => {
    const read = (session: ImapSession) =>
      readChunk(session, location, path, section, { offset: range.offset, length: firstLength });
    const first = await context.pool.interactive(read);
    if (!first?.length) {
      const part = await partOf(context, emailId, section);
      // As large as its structure says, and nothing comes: that of an attached message, with some servers.
      if (part?.path === section && part.size > range.offset) {
        const walked = await context.pool.bulk(async (session) => {
          await selectFor(session, path, [location]);
          return readPartFromBytes(session, location.uid, section);
        });
        const { offset, length } = range;
        if (walked) return Readable.from([walked.subarray(offset, offset + length)], { objectMode: false });
      }
      // Dovecot answers "" for a part that is not there as for one that is empty.
      if (first === null || (!part && section !== '')) return null;
    }
    return Readable.from(chunks(context, location, path, section, first, range), { objectMode: false });
  });
}

/** One FETCH. Empty where the server chokes on it: each part is then read on its own. */
export async function readTogether(
  context: ImapContext,
  emailId: Id,
  parts: { path: string; length: number }[],
  header: boolean,
): Promise<Together> {
  const sections = parts.map(({ path, length }) => ({ section: path, offset: 0, length }));
  if (header) sections.push({ section: 'HEADER', offset: 0, length: MAX_HEADER });
  try {
    return await readSomewhere(context, emailId, (location, path) =>
      context.pool.interactive(async (session) => {
        const row = await readRow(session, location, path, sections);
        return row && { header: row.sections.get('HEADER') ?? null, parts: row.sections };
      }),
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { header: null, parts: new Map() };
  }
}

async function partOf(context: ImapContext, emailId: Id, section: string): Promise<MimePart | null> {
  if (section === '') return null;
  const path = section.replace(/\.MIME$/, '');
  await fill(context, [emailId], ['structure']);
  const [row] = await context.index.emails([emailId]);
  const within = (part: MimePart): MimePart | null =>
    part.path === path ? part : (part.parts?.map(within).find((found) => found !== null) ?? null);
  return row?.structure ? within(row.structure) : null;
}

/**
 * Each chunk is a job of its own: a reader that is slow, or gone, holds no connection. The next one is read while this one is
 * taken, and no further: two chunks are in memory, whatever the size.
 */
async function* chunks(
  context: ImapContext,
  location: Location,
  path: string,
  section: string,
  first: Buffer,
  range: { offset: number; length: number },
): AsyncGenerator<Buffer> {
  let coming: Promise<Buffer | null> = Promise.resolve(first);
  let asked = Math.min(FIRST_CHUNK, range.length);
  let done = 0;
  for (;;) {
    const chunk = await coming;
    if (!chunk || chunk.length === 0) return;
    const left = range.length - done;
    done += chunk.length;
    // Less than asked for is the end; more is a server that ignores the range and sent all (Tencent).
    const isLast = chunk.length !== asked || done >= range.length;
    if (!isLast) {
      asked = Math.min(NEXT_CHUNK, range.length - done);
      const next = { offset: range.offset + done, length: asked };
      coming = context.pool.bulk((session) => readChunk(session, location, path, section, next));
      // Its failure is told to whoever takes it; a reader that has left takes nothing.
      coming.catch(() => undefined);
    }
    yield chunk.subarray(0, left);
    if (isLast) return;
  }
}

async function readChunk(
  session: ImapSession,
  location: Location,
  path: string,
  section: string,
  { offset, length }: { offset: number; length: number },
): Promise<Buffer | null> {
  const row = await readRow(session, location, path, [{ section, offset, length }]);
  // NIL stands for a part that the message does not have.
  const bytes = row?.sections.get(section) ?? null;
  // All of it, from its beginning: the range was ignored (gateway.md pitfall 6).
  return bytes && bytes.length > length ? bytes.subarray(offset) : bytes;
}

/** null: the message is not there any more. */
async function readRow(
  session: ImapSession,
  location: Location,
  path: string,
  sections: { section: string; offset: number; length: number }[],
): Promise<FetchRow | null> {
  await selectFor(session, path, [location]);
  const rows: FetchRow[] = [];
  await fetchRows(session, String(location.uid), { sections }, (row) => rows.push(row));
  // Flags of the same message that changed come as rows of their own.
  return rows.find((row) => row.sections.size > 0) ?? null;
}
