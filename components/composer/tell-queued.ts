/** After Send: "Sending - Undo", and later how it ended (page.md §6). */
import type { Client } from '@/lib/client/client';
import { stateOf } from '@/lib/client/composer/outbox';
import { cancelSubmission, type SendTime } from '@/lib/client/composer/submit';
import { faultOf } from '@/lib/client/jmap';
import type { EmailSubmission, Id } from '@/lib/jmap/types';
import { outgoingHost, senderOf } from './outgoing-host';

export interface Queued {
  accountId: Id;
  /** More than one where it goes in parts. */
  ids: readonly Id[];
  when: SendTime;
  reason(code: string, params?: Record<string, string | number>): string;
  /** Called back before anything of it went out. */
  takenBack(): void;
}

export function tellQueued(client: Client, queued: Queued): void {
  const { accountId, ids, when } = queued;
  const held = 'holdFor' in when ? when.holdFor * 1000 : null;
  const step = { undo: () => void callBack(client, queued) };
  const undo = held === 0 ? undefined : () => client.history.undo(step);
  if (undo) client.history.push(step);
  const parts = ids.length > 1;
  if (parts) client.toasts.show({ message: 'composer.inParts', values: { n: ids.length }, undo });
  else client.toasts.show({ message: held === null ? 'composer.scheduled' : 'send.sending', undo });
  const [first] = ids;
  if (held !== null && first !== undefined) {
    client.outbox.follow(first, accountId, held, (submission) => {
      client.history.forget(step);
      if (!parts || stateOf(submission) !== 'sent') showEnd(client, submission, queued);
    });
  }
  void client.outbox.refresh(accountId);
}

async function callBack(client: Client, { accountId, ids, takenBack }: Queued): Promise<void> {
  client.toasts.dismiss();
  try {
    // The last one first: where the first is on its way, the others still stay.
    for (const id of [...ids].reverse()) {
      await cancelSubmission(client.transport, accountId, id);
      client.outbox.unfollow(id);
    }
    takenBack();
  } catch (error) {
    const { code, params, detail } = faultOf(error);
    const message = code === 'cannotUnsend' ? 'composer.tooLate' : `error.${code}`;
    client.toasts.show({ message, values: params, detail, tone: 'error' });
  }
  void client.outbox.refresh(accountId);
}

function showEnd(client: Client, submission: EmailSubmission, { accountId, reason }: Queued): void {
  const state = stateOf(submission);
  const detail = submission['gatepost:serverText'] ?? undefined;
  const code = submission['gatepost:code'];
  const host = outgoingHost(client, accountId, senderOf(client, accountId, submission));
  if (state === 'sent') client.toasts.show({ message: 'send.sent' });
  else if (state === 'partial') client.toasts.show({ message: 'send.partial', tone: 'error' });
  else if (state === 'uncertain') client.toasts.show({ message: 'send.uncertain', tone: 'error' });
  else if (state === 'failed' || state === 'retry')
    client.toasts.show({
      message: state === 'retry' ? 'composer.retrying' : 'send.failed',
      values: { reason: reason(code ?? 'commandFailed', host === '' ? {} : { host }).replace(/\.$/, '') },
      detail,
      tone: 'error',
    });
}
