/** Which FETCH items give the server's own ids of messages and threads (gateway.md 2.2). */
import { CommandError } from '@/lib/errors';
import { fetchRows } from '@/lib/imap/fetch';
import type { ImapSession } from '@/lib/imap/session';

/** A UID that no message has: the server judges the item and answers nothing. */
const NO_UID = '4294967295';

export class ServerIds {
  #items: Promise<string[]> | null = null;

  /** Items to add to a FETCH whose rows become Emails. */
  items(session: ImapSession): Promise<string[]> {
    this.#items ??= this.#find(session).catch((error) => {
      this.#items = null;
      throw error;
    });
    return this.#items;
  }

  async #find(session: ImapSession): Promise<string[]> {
    if (session.has('OBJECTID')) return ['EMAILID', 'THREADID'];
    if (session.has('X-GM-EXT-1')) return ['X-GM-MSGID', 'X-GM-THRID'];
    // Undocumented, but the same value in every copy of a message; other servers must not be asked.
    if (!/dovecot/i.test(session.serverName)) return [];
    try {
      await fetchRows(session, NO_UID, { extra: ['X-GUID'] }, () => undefined);
      return ['X-GUID'];
    } catch (error) {
      if (error instanceof CommandError) return [];
      throw error;
    }
  }
}
