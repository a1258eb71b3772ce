/** An account as the place where another one's POP3 feed delivers (lib/source/local/destination.ts). */
import { createHash } from 'node:crypto';
import type { BlobStore } from '@/lib/db/blob-store';
import type { EmailRow } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { Destination, Fingerprint } from '@/lib/source/local/destination';
import type { Account } from './account';
import type { Accounts } from './accounts';
import { append } from './carried';

const SEARCH_MS = 30_000;
/** Newest messages that are compared with what may have been put there. */
const LOOKED_AT = 200;

/** Opened anew for each step: it may be closed in between, as it changes or nobody uses it. */
export function destinationOf(
  accounts: Accounts,
  blobs: BlobStore,
  userId: string,
  accountId: Id,
): Destination {
  const opened = () => accounts.openOwned(userId, accountId);
  return {
    async mailbox(wanted, skipInbox) {
      const mailboxes = await (await opened()).mailboxes();
      const chosen = mailboxes.find(({ id }) => id === wanted);
      const archive = skipInbox ? mailboxes.find(({ role }) => role === 'archive') : undefined;
      const found = chosen ?? archive ?? mailboxes.find(({ role }) => role === 'inbox');
      if (!found) throw new Error('an account without an inbox');
      return found.id;
    },

    async find(mailboxId, message) {
      const account = await opened();
      await account.source.refreshMailbox(mailboxId, LOOKED_AT);
      for (const row of await alike(account, mailboxId, message)) {
        // Without a Message-ID only the bytes tell.
        if (message.messageId !== null || (await hashOf(account, row.id)) === message.sha256) return row.id;
      }
      return null;
    },

    async append(email) {
      return append(await opened(), blobs, email);
    },
  };
}

/** In that mailbox, of that size, with that Message-ID if there is one. */
async function alike(
  { index, source }: Account,
  mailboxId: Id,
  { messageId, size }: Fingerprint,
): Promise<EmailRow[]> {
  const ids =
    messageId === null
      ? (
          await index.query({
            filter: { inMailbox: mailboxId, minSize: size, maxSize: size + 1 },
            sort: [{ property: 'receivedAt', isAscending: false }],
            ...{ collapseThreads: false, position: 0, anchor: null, anchorOffset: 0, limit: LOOKED_AT },
          })
        ).ids
      : (
          await source.search(
            { header: ['Message-ID', messageId] },
            [mailboxId],
            AbortSignal.timeout(SEARCH_MS),
          )
        ).emailIds;
  const rows = await index.emails(ids);
  return rows.filter((row) => row.size === size && row.mailboxIds.includes(mailboxId));
}

export async function hashOf({ source }: Account, emailId: Id): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await source.readRaw(emailId)) hash.update(chunk);
  return hash.digest('hex');
}
