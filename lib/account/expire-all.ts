/** Mail of local accounts that has been kept long enough goes, account by account. */
import { errorFields, log } from '@/lib/log';
import type { Accounts } from './accounts';
import type { AccountRecord } from './record';

export async function expireAll(
  accounts: Accounts,
  records: () => Promise<AccountRecord[]>,
  now: number,
): Promise<void> {
  for (const { id } of await records()) {
    try {
      const account = await accounts.open(id);
      await account.source.expire?.(now);
    } catch (error) {
      // The others are not held up.
      log.warn('expire.failed', { accountId: id, ...errorFields(error) });
    }
  }
}
