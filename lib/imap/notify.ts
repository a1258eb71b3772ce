/** NOTIFY (RFC 5465): one connection hears of changes in all mailboxes, the selected one and the others. */
import { CommandError } from '@/lib/errors';
import type { ImapSession } from './session';
import { atom, type TokenList } from './tokens';

const MESSAGES = ['MessageNew', 'MessageExpunge', 'FlagChange'].map(atom);
const MAILBOXES = ['MailboxName', 'SubscriptionChange'].map(atom);

/**
 * On a connection with a mailbox selected, which then goes on to IDLE.
 * @returns false when the server knows no NOTIFY or none for these events
 */
export async function notifyAll(session: ImapSession): Promise<boolean> {
  if (!session.has('NOTIFY')) return false;
  return (await notify(session, [...MESSAGES, ...MAILBOXES])) || notify(session, MESSAGES);
}

async function notify(session: ImapSession, events: TokenList): Promise<boolean> {
  try {
    // Without a line for `selected` its own mailbox would be the only silent one (§6.1).
    await session.exec('NOTIFY', [atom('SET'), [atom('SELECTED'), MESSAGES], [atom('PERSONAL'), events]]);
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return false;
  }
}
