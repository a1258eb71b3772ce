/** A page that went while it sent (R29): what it left in this browser is no draft any more. */
import type { Client } from '@/lib/client/client';
import { LinkFault, ref } from '@/lib/client/jmap';
import type { EmailSubmission, Id } from '@/lib/jmap/types';
import { stateOf } from './outbox';

/**
 * Whether the draft under one of its names is being sent, or was; the person is told. What was called back is a draft again.
 * @throws LinkFault: not known
 */
export async function queuedBefore(
  client: Client,
  accountId: Id,
  emailIds: readonly Id[],
  messageId: string | undefined,
): Promise<boolean> {
  if (emailIds.length === 0) return false;
  // What was sent is another Email once it is filed; its Message-ID stays.
  const named = messageId === undefined ? [] : [{ 'gatepost:messageIds': [messageId] }];
  const filter = { operator: 'OR', conditions: [{ emailIds: [...emailIds] }, ...named] };
  const answers = await client.transport.call([
    ['EmailSubmission/query', { accountId, filter }, 'query'],
    [
      'EmailSubmission/get',
      {
        accountId,
        '#ids': ref('query', 'EmailSubmission/query', '/ids'),
        properties: ['undoStatus', 'gatepost:state', 'deliveryStatus', 'gatepost:code'],
      },
      'get',
    ],
  ]);
  const { list } = answers.of<{ list: EmailSubmission[] }>('get');
  const alive = list.filter(({ undoStatus }) => undoStatus !== 'canceled');
  if (alive.length === 0) return false;
  const gone = alive.every((submission) => stateOf(submission) === 'sent');
  client.toasts.show({ message: gone ? 'composer.wasSent' : 'composer.wasQueued' });
  void client.outbox.refresh(accountId);
  return true;
}

/** The same where nothing is lost by not knowing: it is asked again before anything is saved or sent. */
export async function queuedAsFarAsKnown(...of: Parameters<typeof queuedBefore>): Promise<boolean> {
  try {
    return await queuedBefore(...of);
  } catch (error) {
    if (error instanceof LinkFault) return false;
    throw error;
  }
}
