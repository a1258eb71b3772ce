/** What the rights of mailboxes refuse of an Email (RFC 8621 §2, `myRights`), before any server is asked. */
import type { EmailRow, MailboxRow } from '@/lib/index/types';
import { refuse } from '@/lib/jmap/method-error';
import type { Id, MailboxRights } from '@/lib/jmap/types';
import type { EmailPatch } from '@/lib/source/source';

/** Of all mailboxes that there are. */
export type RightsOver = ReadonlyMap<Id, MailboxRights>;

export function rightsOver(mailboxes: readonly MailboxRow[]): RightsOver {
  return new Map(mailboxes.map(({ id, rights }) => [id, rights]));
}

/** @throws forbidden */
export function checkMayAdd(mailboxIds: readonly Id[], rights: RightsOver): void {
  check(mailboxIds, rights, 'mayAddItems');
}

/** @throws forbidden */
export function checkMayDestroy({ mailboxIds }: Pick<EmailRow, 'mailboxIds'>, rights: RightsOver): void {
  check(mailboxIds, rights, 'mayRemoveItems');
}

/** A keyword is set in all mailboxes that the Email is in: the right is needed in each. @throws forbidden */
export function checkMayChange(
  { mailboxIds }: Pick<EmailRow, 'mailboxIds'>,
  { addKeywords, removeKeywords, addMailboxes, removeMailboxes }: EmailPatch,
  rights: RightsOver,
): void {
  checkMayAdd(addMailboxes, rights);
  check(removeMailboxes, rights, 'mayRemoveItems');
  const keywords = [...addKeywords, ...removeKeywords];
  if (keywords.includes('$seen')) check(mailboxIds, rights, 'maySetSeen');
  if (keywords.some((keyword) => keyword !== '$seen')) check(mailboxIds, rights, 'maySetKeywords');
}

function check(mailboxIds: readonly Id[], rights: RightsOver, needed: keyof MailboxRights): void {
  if (mailboxIds.some((id) => rights.get(id)?.[needed] === false))
    throw refuse('forbidden', `A mailbox does not give the right ${needed}`, {
      'gatepost:code': 'forbidden',
    });
}
