/** Answers of the server into account state, as pure functions. */
import type { Answers } from '@/lib/client/jmap';
import { emptyList, listKey, type QueryAnswer, withWindow } from '@/lib/client/lists';
import {
  type AccountState,
  type EmailContent,
  type EmailRow,
  type ListQuery,
  withEntries,
} from '@/lib/client/state';
import type { Id, Identity, Mailbox, SearchSnippet, State, Thread } from '@/lib/jmap/types';

interface GetAnswer<T> {
  state: State;
  list: T[];
  notFound: Id[];
}

/** Everything that the answers hold, whichever request of requests.ts they belong to. */
export function withAnswers(account: AccountState, answers: Answers, query?: ListQuery): AccountState {
  let next = account;
  if (answers.has('mailboxes')) next = withMailboxes(next, answers.of('mailboxes'));
  for (const callId of ['rows', 'threadRows']) {
    if (answers.has(callId)) next = withRows(next, answers.of(callId));
  }
  if (answers.has('previews')) next = withPreviews(next, answers.of('previews'));
  if (answers.has('threads')) {
    const { list } = answers.of<GetAnswer<Thread>>('threads');
    next = { ...next, threads: withEntries(next.threads, list) };
  }
  if (answers.has('contents')) {
    const { list } = answers.of<GetAnswer<EmailContent>>('contents');
    next = { ...next, contents: withEntries(next.contents, list) };
  }
  if (answers.has('identities'))
    next = { ...next, identities: answers.of<GetAnswer<Identity>>('identities').list };
  if (answers.has('snippets'))
    next = withSnippets(next, answers.of<{ list: SearchSnippet[] }>('snippets').list);
  return query ? withList(next, query, answers.of('query')) : next;
}

function withMailboxes(account: AccountState, answer: GetAnswer<Mailbox>): AccountState {
  const mailboxes = new Map(answer.list.map((mailbox) => [mailbox.id, mailbox]));
  return { ...account, mailboxes, states: { ...account.states, Mailbox: answer.state } };
}

/** The first state stays until /changes moves it: a later one would skip what happened between. */
function withRows(account: AccountState, answer: GetAnswer<EmailRow>): AccountState {
  // What was known stays known.
  const rows = answer.list.map((row) => ({
    ...row,
    preview: row.preview ?? account.emails.get(row.id)?.preview ?? null,
  }));
  const bare = rows.filter(({ preview }) => preview === null).map(({ id }) => id);
  return {
    ...account,
    emails: withEntries(account.emails, rows),
    withoutPreview:
      bare.length > 0 ? [...new Set([...account.withoutPreview, ...bare])] : account.withoutPreview,
    states: { ...account.states, Email: account.states.Email ?? answer.state },
  };
}

function withPreviews(
  account: AccountState,
  { list }: GetAnswer<Pick<EmailRow, 'id' | 'preview'>>,
): AccountState {
  const rows = list.flatMap(({ id, preview }) => {
    const row = account.emails.get(id);
    return row ? [{ ...row, preview }] : [];
  });
  return { ...account, emails: withEntries(account.emails, rows) };
}

function withSnippets(account: AccountState, list: readonly SearchSnippet[]): AccountState {
  const snippets = new Map(account.snippets);
  for (const snippet of list) snippets.set(snippet.emailId, snippet);
  return { ...account, snippets };
}

function withList(account: AccountState, query: ListQuery, answer: QueryAnswer): AccountState {
  const key = listKey(query);
  const list = account.lists.get(key) ?? emptyList(query);
  return { ...account, lists: new Map(account.lists).set(key, withWindow(list, answer)) };
}
