import { z } from 'zod';
import { uploadBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import { type Methods, method } from '@/lib/jmap/method';
import { MethodError, toSetError } from '@/lib/jmap/method-error';
import { checkGetSize, id, jsonObject } from '@/lib/jmap/schema';
import { orNull } from '@/lib/jmap/set';
import { CORE, type Id, type SetError } from '@/lib/jmap/types';

const copyArgs = z.strictObject({ fromAccountId: id, accountId: id, blobIds: z.array(id) });

/** RFC 8620 §4, §6.3. */
export const core: Methods = {
  'Core/echo': method(CORE, jsonObject, async (args) => args),

  'Blob/copy': method(CORE, copyArgs, async ({ fromAccountId, accountId, blobIds }, context) => {
    checkGetSize(blobIds);
    if (fromAccountId === accountId) {
      throw new MethodError('invalidArguments', 'fromAccountId and accountId are the same');
    }
    const from = await context.account(fromAccountId, 'fromAccountNotFound');
    const account = await context.account(accountId);
    const { uploads, config } = context.runtime;
    const blobs = new Blobs(from, uploads);
    const copied: Record<Id, Id> = {};
    const notCopied: Record<Id, SetError> = {};
    for (const blobId of blobIds) {
      try {
        const { sha256 } = await uploads.add(account.id, await blobs.open(blobId), config.maxUpload);
        copied[blobId] = uploadBlobId(sha256);
      } catch (error) {
        const setError = toSetError(error);
        // §6.3 allows `notFound`; other servers answer with the type registered for blobs, and clients know that one.
        notCopied[blobId] = setError.type === 'notFound' ? { ...setError, type: 'blobNotFound' } : setError;
      }
    }
    return { fromAccountId, accountId, copied: orNull(copied), notCopied: orNull(notCopied) };
  }),
};
