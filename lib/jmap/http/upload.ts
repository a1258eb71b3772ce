/** POST of bytes (RFC 8620 §6.1): streamed into the blob store, counted, known to this account only. */
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { uploadBlobId } from '@/lib/account/blob-id';
import type { Runtime } from '@/lib/account/runtime';
import type { Principal } from '@/lib/auth/types';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';

export interface UploadResponse {
  accountId: Id;
  blobId: Id;
  type: string;
  size: number;
}

export async function receiveUpload(
  { accounts, uploads, config }: Runtime,
  principal: Principal,
  accountId: Id,
  request: Request,
): Promise<UploadResponse> {
  const { id } = await accounts.openOwned(principal.userId, accountId);
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > config.maxUpload) throw tooLarge(config.maxUpload);
  const { sha256, size } = await uploads.add(id, bodyOf(request), config.maxUpload);
  // A proxy may cut a body silently: half a file must not look like one.
  if (announced !== null && Number(announced) !== size) {
    throw new RequestError('invalidArguments', `${size} of ${announced} bytes arrived`);
  }
  const type = request.headers.get('content-type') ?? 'application/octet-stream';
  return { accountId: id, blobId: uploadBlobId(sha256), type, size };
}

function bodyOf(request: Request): Readable | Buffer {
  return request.body ? Readable.fromWeb(request.body as NodeReadableStream) : Buffer.alloc(0);
}

function tooLarge(maxSize: number): RequestError {
  return new RequestError('tooLarge', `An upload is at most ${maxSize} bytes`, { params: { maxSize } });
}
