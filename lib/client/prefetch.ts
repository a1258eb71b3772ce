/** Fetches texts before they are asked for: around the message that is read, and of the row that a hand is on. */
import type { Client } from '@/lib/client/client';
import { whenIdle } from '@/lib/client/idle';
import type { Place } from '@/lib/client/place';
import type { EmailList, EmailRow, Mail } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';

const AHEAD = 3;
/** Looking further would fetch what nobody reads. */
const REACH = 20;

/** One step each way, and the next unread ones. */
export function nextToRead(mail: Pick<Mail, 'emails' | 'contents'>, list: EmailList, from: number): Id[] {
  const wanted: EmailRow[] = [];
  for (let index = from - 1; index < Math.min(from + REACH, list.ids.length); index += 1) {
    const id = list.ids[index];
    const email = id ? mail.emails.get(id) : undefined;
    if (!email || index === from || mail.contents.has(email.id)) continue;
    if (index <= from + 1 || (!email.keywords.$seen && wanted.length < AHEAD)) wanted.push(email);
  }
  return wanted.filter(isHere).map(({ id }) => id);
}

/** Large, and still at the provider: only opening it fetches it. */
const isHere = ({ keywords }: EmailRow) => !keywords['headers-only'];

type Fetching = Pick<Client, 'loader'>;

/** While nothing else is going on; saved data plans and hidden tabs fetch nothing ahead. */
export function prefetch({ loader }: Fetching, accountId: Id, ids: readonly Id[]): () => void {
  if (ids.length === 0 || savesData()) return () => {};
  // A prefetch that fails costs nothing: opening the message asks again and shows the error.
  return whenIdle(() => void loader.contents(accountId, ids).catch(() => undefined));
}

/** The words of the row that a hand is on are on their way before the click. */
export function prefetchThread(
  { loader }: Fetching,
  { accountId, id: threadId }: Place,
  thread: readonly EmailRow[],
  contents: Mail['contents'] | undefined,
): void {
  if (!thread.every(isHere) || thread.every(({ id }) => contents?.has(id)) || savesData()) return;
  loader.thread(accountId, threadId).catch(() => undefined);
}

function savesData(): boolean {
  const connection = (navigator as Navigator & { connection?: { saveData?: boolean } }).connection;
  return connection?.saveData === true || document.visibilityState === 'hidden';
}
