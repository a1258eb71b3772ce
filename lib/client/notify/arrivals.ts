/** Which of the emails that an account has got are new mail: unread, in its inbox, come since. Pure. */
import { roleMailbox } from '@/lib/client/actions';
import type { AccountState, EmailRow } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';

/** @param since ISO; what an import brings, or somebody moves into the inbox, was received before */
export function arrivals(account: AccountState, created: readonly Id[], since: string): EmailRow[] {
  const inbox = roleMailbox(account, 'inbox')?.id;
  if (inbox === undefined) return [];
  const fresh = created
    .flatMap((id) => account.emails.get(id) ?? [])
    .filter(
      ({ mailboxIds, keywords, receivedAt }) =>
        mailboxIds[inbox] &&
        !keywords.$seen &&
        !keywords.$draft &&
        !keywords.$imported &&
        receivedAt >= since,
    );
  if (fresh.length === 0) return [];
  // Moved in another program, a message may get another id; it keeps its date, its size and its words.
  const isNew = new Set(created);
  const known = new Set([...account.emails.values()].filter(({ id }) => !isNew.has(id)).map(sameness));
  return fresh.filter((email) => !known.has(sameness(email)));
}

const sameness = ({ receivedAt, size, subject }: EmailRow) => `${receivedAt} ${size} ${subject}`;
