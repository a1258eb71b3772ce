/**
 * The rights that the server gives over each mailbox: with its list where it can (RFC 8440), else asked one by one, once, behind
 * what people wait for. What it refuses makes it be asked again.
 */
import { CommandError, MailError } from '@/lib/errors';
import { type Letters, listRights, rightsOver } from '@/lib/imap/rights';
import type { ImapSession } from '@/lib/imap/session';
import { errorFields, log } from '@/lib/log';
import type { ImapContext } from './context';
import type { Listed } from './listing';
import { refreshMailboxes } from './refresh-mailboxes';

/** Others change them, and nobody tells. */
const FRESH_MS = 24 * 60 * 60_000;
/** Commands between which others of the same connection come. */
const AT_ONCE = 10;
/** Of more mailboxes than that the server's refusals tell. */
const MAX_ASKED = 1_000;

interface Known {
  /** null: the server does not say. */
  letters: Letters | null;
  at: number;
}

export class Rights {
  readonly #known = new Map<string, Known>();
  #asking: Promise<void> | null = null;

  /** What is known of these mailboxes, into them. @returns paths whose rights are to be asked for */
  async put(session: ImapSession, entries: readonly Listed[]): Promise<string[]> {
    if (!session.has('ACL')) return [];
    const told = await this.#listed(session);
    for (const entry of entries)
      entry.letters = (told ? told.get(entry.path) : this.#known.get(entry.path)?.letters) ?? null;
    if (told) return [];
    const since = Date.now() - FRESH_MS;
    return entries
      .filter(({ path, selectable }) => selectable && (this.#known.get(path)?.at ?? 0) < since)
      .map(({ path }) => path)
      .slice(0, MAX_ASKED);
  }

  /** Behind, one mailbox after the other, and then once more into the index. */
  ask(context: ImapContext, paths: string[]): void {
    if (paths.length === 0 || this.#asking) return;
    this.#asking = this.#ask(context, paths)
      .catch((error) => log.debug('imap.rights', errorFields(error)))
      .finally(() => {
        this.#asking = null;
      });
  }

  /** Perhaps for rights that were taken away. */
  refused(context: ImapContext, error: unknown): void {
    if (!(error instanceof MailError) || error.code !== 'forbidden') return;
    this.#known.clear();
    refreshMailboxes(context).catch((failure) => log.debug('imap.rights', errorFields(failure)));
  }

  /** A server that announces this and cannot is asked one by one. */
  async #listed(session: ImapSession): Promise<Map<string, Letters> | null> {
    try {
      return await listRights(session);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      log.debug('imap.list-rights', { code: error.code });
      return null;
    }
  }

  async #ask(context: ImapContext, paths: string[]): Promise<void> {
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const some = paths.slice(from, from + AT_ONCE);
      await context.pool.bulk(async (session) => {
        for (const path of some)
          this.#known.set(path, { letters: await told(session, path), at: Date.now() });
      });
    }
    await refreshMailboxes(context);
  }
}

/** RFC 4314 §4: NO for a mailbox over which the user has no right, or which is gone. */
async function told(session: ImapSession, path: string): Promise<Letters | null> {
  try {
    return await rightsOver(session, path);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return null;
  }
}
