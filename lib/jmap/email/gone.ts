/** Mail that another program removed between the index and its bytes. */
import type { Account } from '@/lib/account/account';
import { isMissing } from '@/lib/jmap/method-error';
import type { Id } from '@/lib/jmap/types';

/** @returns null when the Email went while it was read: that is no failure of those beside it */
export async function unlessGone<T>(account: Account, id: Id, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!isMissing(error) || (await account.index.emails([id], { withoutStructure: true })).length > 0)
      throw error;
    return null;
  }
}
