/** Mail that comes as read by POP3 is marked as read at its provider, where the same address is an IMAP account here, too. */
import type { Id } from '@/lib/jmap/types';
import type { Account } from './account';
import type { Accounts } from './accounts';
import type { AccountRecord } from './record';

const PAGE = 500;
/** Unread messages that are looked through. */
const MOST = 5_000;

export async function readAtProvider(
  accounts: Accounts,
  { userId, address }: AccountRecord,
  messageIds: ReadonlySet<string>,
): Promise<void> {
  const same = (await accounts.list(userId)).find(
    (one) => one.kind === 'imap' && one.address.toLowerCase() === address.toLowerCase(),
  );
  if (!same || messageIds.size === 0) return;
  const account = await accounts.openOwned(userId, same.id);
  const inbox = (await account.mailboxes()).find(({ role }) => role === 'inbox');
  if (!inbox) return;
  await account.source.refreshMailbox(inbox.id, PAGE);
  const ids = await unreadAmong(account, inbox.id, messageIds);
  if (ids.length === 0) return;
  const seen = { addKeywords: ['$seen'], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
  await account.write((source) => source.updateEmails(ids.map((id) => ({ id, ...seen }))));
}

async function unreadAmong({ index }: Account, inbox: Id, messageIds: ReadonlySet<string>): Promise<Id[]> {
  const found: Id[] = [];
  for (let position = 0; position < MOST; position += PAGE) {
    const { ids } = await index.query({
      filter: { inMailbox: inbox, notKeyword: '$seen' },
      sort: [{ property: 'receivedAt', isAscending: false }],
      ...{ collapseThreads: false, position, anchor: null, anchorOffset: 0, limit: PAGE },
    });
    const rows = await index.emails(ids, { withoutStructure: true });
    for (const { id, headers } of rows) if (messageIds.has(headers?.messageId?.[0] ?? '')) found.push(id);
    if (ids.length < PAGE) break;
  }
  return found;
}
