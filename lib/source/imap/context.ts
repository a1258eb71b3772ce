/** What the operations of one IMAP source share. */
import { RequestError } from '@/lib/errors';
import type { ImapPool } from '@/lib/imap/pool';
import type { AccountIndex, MailboxRow, MailboxWire } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { Aliases } from './aliases';
import type { OwnChanges } from './own-changes';
import type { PreviewsBehind } from './previews-behind';
import type { PutOff } from './put-off';
import type { Rights } from './rights';
import type { Serial } from './serial';
import type { ServerIds } from './server-ids';
import type { ImapSettings } from './settings';

export interface ImapContext {
  settings: ImapSettings;
  index: AccountIndex;
  pool: ImapPool;
  /** Which items give the server's own ids, once known. */
  serverIds: ServerIds;
  /** Ids that were given before. */
  aliases: Aliases;
  /** One sync of a mailbox at a time. */
  syncs: Serial;
  previews: PreviewsBehind;
  /** What we changed ourselves while a sync was reading. */
  own: OwnChanges;
  rights: Rights;
  /** What waits to be purged (security.md I9). */
  putOff: PutOff;
  /** Aborted when the source closes. */
  closed: AbortSignal;
}

/** `bulk`: what nobody waits for must not stand in front of a click. */
export type LaneName = 'interactive' | 'bulk';

export type WiredMailbox = MailboxRow & { wire: MailboxWire };

/** @throws notFound, also for what holds no messages (\Noselect) */
export async function wiredMailbox(context: ImapContext, id: Id): Promise<WiredMailbox> {
  const row = await context.index.mailbox(id);
  if (!row?.wire?.selectable)
    throw new RequestError('notFound', 'no such mailbox', { params: { mailbox: id } });
  return { ...row, wire: row.wire };
}
