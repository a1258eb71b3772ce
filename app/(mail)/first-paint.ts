/** The first paint's JMAP, asked in process (design: The HTTP surface). What takes longer than a moment the page asks for itself. */

import type { Principal } from '@/lib/auth/types';
import type { FirstPaint } from '@/lib/client/first-paint';
import { request } from '@/lib/client/jmap';
import { mailboxesRequest, threadRequest, windowRequest } from '@/lib/client/requests';
import { type MailRoute, mailboxRoute, queryOf } from '@/lib/client/route';
import type { ListQuery } from '@/lib/client/state';
import { dispatch } from '@/lib/jmap/dispatch';
import type { Id, Invocation, JmapResponse, Mailbox, MailboxRole } from '@/lib/jmap/types';

/** A slow mail server must not hold the page back: it paints its frame, and waits where people see it. */
const DEADLINE_MS = 700;
/** What a large screen shows; each further row would cost every visit its bytes twice. */
const FIRST_ROWS = 25;
/** Of each of several inboxes. */
const FEWEST_ROWS = 10;

export async function paintMailboxes(principal: Principal, accountIds: readonly Id[]): Promise<FirstPaint[]> {
  const parts = await Promise.all(
    accountIds.map((accountId) => paint(principal, accountId, mailboxesRequest(accountId))),
  );
  return parts.flat();
}

export async function paintRoute(
  principal: Principal,
  route: MailRoute,
  role: MailboxRole | null,
): Promise<FirstPaint[]> {
  const { accountId, threadId } = route;
  const query = queryOf(route, role);
  // Words are searched for by the page: that may take long, and can be cancelled there.
  const list = query && route.view !== 'search' ? paintList(principal, accountId, query, FIRST_ROWS) : [];
  const thread = threadId === null ? [] : paint(principal, accountId, threadRequest(accountId, threadId));
  const [rows, messages] = await Promise.all([list, thread]);
  return [...rows, ...messages];
}

/** The newest rows of each; one that is slow comes later, and holds up no other. */
export async function paintInboxes(
  principal: Principal,
  boxes: readonly FirstPaint[],
  accountIds: readonly Id[],
): Promise<FirstPaint[]> {
  const rows = Math.max(FEWEST_ROWS, Math.ceil(FIRST_ROWS / accountIds.length));
  const lists = accountIds.map((accountId) => {
    const inbox = mailboxOf(boxes, accountId, ({ role }) => role === 'inbox');
    const query = inbox && queryOf(mailboxRoute(accountId, inbox.id), 'inbox');
    return query ? paintList(principal, accountId, query, rows) : [];
  });
  return (await Promise.all(lists)).flat();
}

async function paintList(
  principal: Principal,
  accountId: Id,
  query: ListQuery,
  limit: number,
): Promise<FirstPaint[]> {
  const parts = await paint(principal, accountId, windowRequest(accountId, query, { position: 0, limit }));
  return parts.map((part) => ({ ...part, query }));
}

/** The role decides how a list is asked for; the inbox's id where an address says only "inbox". */
export function mailboxOf(
  parts: readonly FirstPaint[],
  accountId: Id,
  wanted: (mailbox: Mailbox) => boolean,
): Mailbox | undefined {
  const part = parts.find((one) => one.accountId === accountId);
  const answer = part?.response.methodResponses.find(([name]) => name === 'Mailbox/get')?.[1];
  return (answer?.list as Mailbox[] | undefined)?.find(wanted);
}

async function paint(principal: Principal, accountId: Id, calls: Invocation[]): Promise<FirstPaint[]> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, DEADLINE_MS, null));
  const response = await Promise.race([dispatch(principal, request(calls)), late]);
  return response ? [{ accountId, response: withoutRepeats(response) }] : [];
}

/** A row is answered once more among those of its conversation: half of the page's bytes. */
function withoutRepeats(response: JmapResponse): JmapResponse {
  const idsOf = ([, args, id]: Invocation) =>
    id === 'threadRows' ? ((args.list ?? []) as { id: Id }[]) : [];
  const again = new Set(response.methodResponses.flatMap(idsOf).map(({ id }) => id));
  if (again.size === 0) return response;
  const methodResponses = response.methodResponses.map((answer): Invocation => {
    const [name, args, id] = answer;
    if (name !== 'Email/get' || id !== 'rows') return answer;
    const list = args.list as { id: Id }[];
    return [name, { ...args, list: list.filter((row) => !again.has(row.id)) }, id];
  });
  return { ...response, methodResponses };
}
