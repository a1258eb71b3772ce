/** Fetches the text of the unread conversations around the one that is read, while nothing else is going on. */
import type { Loader } from '@/lib/client/loader';
import type { AccountState, EmailList } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';

const AHEAD = 3;
/** Looking further would fetch what nobody reads. */
const REACH = 20;

export function nextUnread(account: AccountState, list: EmailList, from: number): Id[] {
  const next: Id[] = [];
  for (let index = from; index < Math.min(from + REACH, list.ids.length) && next.length < AHEAD; index += 1) {
    const id = list.ids[index];
    const email = id ? account.emails.get(id) : undefined;
    if (!email || email.keywords.$seen || account.contents.has(email.id)) continue;
    // Large, and still at the provider: only opening it fetches it.
    if (!email.keywords['headers-only']) next.push(email.id);
  }
  return next;
}

/** The row that a hand is on: its words are on their way before the click. */
export function prefetchThread(client: Pick<Client, 'store' | 'loader'>, accountId: Id, thread: readonly EmailRow[]): void {
  const contents = client.store.base(accountId)?.contents;
  const [first] = thread;
  const known = thread.every(({ id, keywords }) => contents?.has(id) || keywords['headers-only']);
  if (!first || known || savesData()) return;
  client.loader.thread(accountId, first.threadId).catch(() => undefined);
}

/** Saved data plans and hidden tabs fetch nothing ahead. */
export function prefetch(loader: Loader, accountId: Id, ids: readonly Id[]): () => void {
  if (ids.length === 0 || savesData()) return () => {};
  const idle = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 200));
  const cancel = window.cancelIdleCallback ?? window.clearTimeout;
  // A prefetch that fails costs nothing: opening the message asks again and shows the error.
  const handle = idle(() => void loader.contents(accountId, ids).catch(() => undefined));
  return () => cancel(handle);
}

function savesData(): boolean {
  const connection = (navigator as Navigator & { connection?: { saveData?: boolean } }).connection;
  return connection?.saveData === true || document.visibilityState === 'hidden';
}
