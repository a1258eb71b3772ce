/** Messages of ours that are flagged \Deleted and could not be purged yet: by mailbox, for as long as the source lives. */
import type { Selected } from '@/lib/imap/select';

export class PutOff {
  readonly #uids = new Map<string, Set<number>>();

  of(mailbox: Selected | null): ReadonlySet<number> {
    return (mailbox && this.#uids.get(keyOf(mailbox))) ?? new Set();
  }

  set(mailbox: Selected | null, uids: Iterable<number>): void {
    if (!mailbox) return;
    const kept = new Set(uids);
    if (kept.size > 0) this.#uids.set(keyOf(mailbox), kept);
    else this.#uids.delete(keyOf(mailbox));
  }
}

/** Under another UIDVALIDITY the UIDs name other messages. */
function keyOf({ path, uidValidity }: Selected): string {
  return `${uidValidity} ${path}`;
}
