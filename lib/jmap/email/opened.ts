/**
 * Files that stand inside of a part: in the winmail.dat of Outlook and, uuencoded, between the lines of a text. They are
 * listed among the attachments, each with a blob of its own; an opened winmail.dat is not, nothing else would be in it.
 */
import { fileBlobId } from '@/lib/account/blob-id';
import { ProtocolError } from '@/lib/errors';
import type { EmailBodyValue, Id, JsonObject, JsonValue } from '@/lib/jmap/types';
import type { BodyParts } from '@/lib/mime/body-structure';
import { MAX_OPENED, mayBeTnef } from '@/lib/mime/files';
import { displayName } from '@/lib/mime/names';
import { decodeTransfer } from '@/lib/mime/transfer';
import type { FoundFile, MimePart } from '@/lib/mime/types';
import { filesSafely } from '@/lib/mime/worker-pool';
import type { Content } from './content';
import type { EmailPlan } from './plan';

export interface Opened {
  of: MimePart;
  partId: string;
  blobId: Id;
  name: string | null;
  file: FoundFile;
}

/** `values`: the texts, where they were read. */
export async function openedFiles(
  { textBody, attachments }: BodyParts,
  values: Record<string, EmailBodyValue>,
  content: Content,
  plan: Pick<EmailPlan, 'bodies'>,
): Promise<Opened[]> {
  const texts = textBody.filter(
    (part) => part.type === 'text/plain' && /^begin [0-7]{3,4} \S/m.test(values[part.path]?.value ?? ''),
  );
  const opened: Opened[] = [];
  for (const part of [...attachments.filter(mayBeTnef), ...texts]) {
    const files = await filesOf(part, content, plan);
    for (const [number, file] of files.entries()) {
      const blobId = fileBlobId(content.blobId(part), number);
      const name = file.name === null ? null : displayName(file.name);
      opened.push({ of: part, partId: `${part.path}.f${number}`, blobId, name, file });
    }
  }
  return opened;
}

async function filesOf(
  part: MimePart,
  content: Content,
  { bodies }: Pick<EmailPlan, 'bodies'>,
): Promise<FoundFile[]> {
  // It stays one closed file: what is not read whole cannot be opened (security.md S28).
  if (part.size > MAX_OPENED || bodies.take(part.size) < part.size) return [];
  try {
    return await filesSafely(decodeTransfer(await content.part(part, part.size), part.encoding));
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}

/** As a body part (RFC 8621 §4.1.4). */
export function toFilePart({ partId, blobId, name, file }: Opened, { part }: EmailPlan): JsonObject {
  const all: Record<string, JsonValue> = {
    partId,
    blobId,
    size: file.bytes.length,
    name,
    type: file.type,
    charset: null,
    disposition: 'attachment',
    cid: file.cid,
    language: null,
    location: null,
    headers: [],
    subParts: null,
  };
  return Object.fromEntries(Object.entries(all).filter(([property]) => part.names.has(property)));
}
