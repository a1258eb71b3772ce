/** Which FETCH items give the server's own ids of messages and threads (gateway.md 2.2). */
import { CommandError } from '@/lib/errors';
import { fetchRows } from '@/lib/imap/fetch';
import type { ImapSession } from '@/lib/imap/session';

/** A UID that no message has: the server judges the item and answers nothing. */
const NO_UID = '4294967295';
const GUID = 'X-GUID';

export class ServerIds {
  #items: string[] | null = null;
  /** Nothing is left in doubt. */
  #isSure = false;

  /** Items to add to a FETCH whose rows become Emails. No question goes before: who has them takes them at once. */
  items(session: ImapSession): string[] {
    this.#items ??= itemsOf(session);
    return this.#items;
  }

  /** On the selected mailbox, when the server has refused a FETCH. @returns whether it was for the items: there are none then */
  async refused(session: ImapSession): Promise<boolean> {
    const extra = this.items(session);
    // Of what a server offers there is no doubt, and a NO is about the mailbox or the message (it may be gone).
    if (this.#isSure || !extra.includes(GUID)) return false;
    try {
      await fetchRows(session, NO_UID, { extra }, () => undefined);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (!error.message.startsWith('BAD')) return false;
      this.#items = [];
    }
    this.#isSure = true;
    return this.#items?.length === 0;
  }
}

function itemsOf(session: ImapSession): string[] {
  if (session.has('OBJECTID')) return ['EMAILID', 'THREADID'];
  if (session.has('X-GM-EXT-1')) return ['X-GM-MSGID', 'X-GM-THRID'];
  // Undocumented, but the same value in every copy of a message; other servers must not be asked.
  return /dovecot/i.test(session.serverName) ? [GUID] : [];
}
