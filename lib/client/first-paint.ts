/** What a server component fetched in process, taken over by the page as if it had asked itself. */
import type { Client } from '@/lib/client/client';
import { withAnswers } from '@/lib/client/ingest';
import { Answers } from '@/lib/client/jmap';
import { listKey } from '@/lib/client/lists';
import type { ListQuery } from '@/lib/client/state';
import type { Id, JmapResponse } from '@/lib/jmap/types';

export interface FirstPaint {
  accountId: Id;
  response: JmapResponse;
  /** The list that the answer `query` belongs to. */
  query?: ListQuery;
}

export function withFirstPaint(client: Client, parts: readonly FirstPaint[]): Client {
  for (const { accountId, response, query } of parts) {
    const answers = new Answers(response);
    client.store.update(accountId, (account) => {
      const answered = query && answers.has('query') && !account.lists.has(listKey(query));
      return withAnswers(account, answers, answered ? query : undefined);
    });
  }
  return client;
}
