/**
 * Messages that come as bytes, into an account (RFC 8621 §4.7, §4.8). Those that fit into memory go one after the other with all
 * writes of the account; larger ones beside them and by way of the blob store: nobody's click waits for an hour's upload.
 */
import { Readable } from 'node:stream';
import type { Account } from '@/lib/account/account';
import type { Blobs } from '@/lib/account/blobs';
import { append, headOf } from '@/lib/account/carried';
import type { Context } from '@/lib/jmap/context';
import { refuse, toSetError } from '@/lib/jmap/method-error';
import { checkState, type SetOutcome } from '@/lib/jmap/set';
import type { Id, JsonObject, State } from '@/lib/jmap/types';
import { crlfOf } from '@/lib/mime/crlf';
import { type EmailAppend, MAX_APPENDED, MAX_HELD } from '@/lib/source/source';
import { created } from './created';

type Metadata = Omit<EmailAppend, 'raw'>;

export interface Incoming {
  from: Blobs;
  blobId: Id;
  metadata: Metadata;
  /** Of bytes that a client gave: refuses what is no message, and says what only its header tells. */
  checkHead?(head: Buffer): Partial<Metadata>;
  done?(): void;
}

/** They lie on the disk for an hour: of one call no more than three of the largest. */
const MAX_LARGE_BYTES = 3 * MAX_APPENDED;

interface Bringing {
  account: Account;
  objects: Record<Id, JsonObject>;
  ifInState: State | null;
  /** @throws SetRefusal */
  plan(object: JsonObject): Promise<Incoming>;
  context: Context;
  outcome: SetOutcome;
}

export async function bring(bringing: Bringing): Promise<{ oldState: State; newState: State }> {
  const { account, ifInState, context, outcome } = bringing;
  const { held, large } = await planned(bringing);
  const states = await account.write(async (source) => {
    const oldState = await account.index.state();
    checkState(ifInState, oldState);
    for (const [creationId, incoming] of held) {
      await outcome.create(creationId, async () => {
        const email = await read(incoming);
        const result = await created(account, await source.append(email), email);
        incoming.done?.();
        return result;
      });
    }
    return { oldState, newState: await account.index.state() };
  });
  if (large.length === 0) return states;
  for (const [creationId, incoming] of large)
    await outcome.create(creationId, () => stream(account, incoming, context));
  return { ...states, newState: await account.index.state() };
}

type Planned = [creationId: Id, incoming: Incoming][];

async function planned({ objects, plan, outcome }: Bringing): Promise<{ held: Planned; large: Planned }> {
  const held: Planned = [];
  const large: Planned = [];
  let bytes = 0;
  for (const [creationId, object] of Object.entries(objects)) {
    try {
      const incoming = await plan(object);
      // Of what has to be decoded only the end tells the size: it is read as long as it fits.
      const size = (await incoming.from.size(incoming.blobId)) ?? 0;
      if (size > MAX_HELD) bytes += size;
      if (bytes > MAX_LARGE_BYTES) throw refuse('rateLimit', 'So much cannot be taken in one call');
      (size > MAX_HELD ? large : held).push([creationId, incoming]);
    } catch (error) {
      outcome.notCreated[creationId] = toSetError(error);
    }
  }
  return { held, large };
}

async function read({ from, blobId, metadata, checkHead }: Incoming): Promise<EmailAppend> {
  const raw = await from.read(blobId);
  if (!checkHead) return { ...metadata, raw };
  const given = checkHead(raw);
  return { ...metadata, ...given, raw: withMailLines(raw) };
}

/** Line ends become CRLF (gateway.md pitfall 17). */
function withMailLines(raw: Buffer): Buffer {
  const text = raw.toString('latin1');
  return /\r(?!\n)|(?<!\r)\n/.test(text) ? Buffer.from(text.replace(/\r\n|\r|\n/g, '\r\n'), 'latin1') : raw;
}

async function stream(account: Account, incoming: Incoming, { runtime }: Context) {
  const { from, blobId, metadata, checkHead, done } = incoming;
  const bytes = await from.open(blobId);
  const lines = checkHead ? Readable.from(crlfOf(bytes), { objectMode: false }) : bytes;
  const raw = await runtime.blobs.put(lines, MAX_APPENDED);
  const given = checkHead?.(await headOf(raw, runtime.blobs)) ?? {};
  const id = await append(account, runtime.blobs, { ...metadata, ...given, raw });
  done?.();
  return created(account, id, { size: raw.size });
}
