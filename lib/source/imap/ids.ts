/** Which id an IMAP message and its thread have: the server's own where it gives one (gateway.md 2.2). */
import type { FetchRow } from '@/lib/imap/fetch';
import {
  emailIdOfGmail,
  emailIdOfGuid,
  emailIdOfLocation,
  emailIdOfServer,
  threadIdOfServer,
} from '@/lib/index/ids';
import type { Id } from '@/lib/jmap/types';

export function emailIdOf(row: FetchRow, mailboxId: Id, uidValidity: number): Id {
  const emailId = row.extra.get('EMAILID');
  if (emailId) return emailIdOfServer(emailId);
  const gmail = row.extra.get('X-GM-MSGID');
  if (gmail && /^\d{1,20}$/.test(gmail)) return emailIdOfGmail(gmail);
  const guid = row.extra.get('X-GUID');
  if (guid) return emailIdOfGuid(guid);
  return emailIdOfLocation(mailboxId, uidValidity, row.uid);
}

/** null: the index computes the thread from the headers. */
export function threadIdOf(row: FetchRow): Id | null {
  const value = row.extra.get('THREADID') ?? row.extra.get('X-GM-THRID');
  return value ? threadIdOfServer(value) : null;
}
