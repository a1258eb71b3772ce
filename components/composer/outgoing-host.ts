import type { Client } from '@/lib/client/client';
import { type EmailSubmission, GATEPOST, type Id, type Identity } from '@/lib/jmap/types';

/** Of the sender's own server, else of the account that it sends by. */
export function outgoingHost({ store }: Client, accountId: Id, identity: Identity | null = null): string {
  const own = identity?.['gatepost:outgoingHost'];
  if (own) return own;
  const { accounts } = store.session;
  const by = accounts[identity?.['gatepost:outgoingAccountId'] ?? accountId] ?? accounts[accountId];
  return String(by?.accountCapabilities[GATEPOST]?.outgoingHost ?? '');
}

/** Who a submission is from, where that is known by now. */
export function senderOf(
  { store }: Client,
  accountId: Id,
  { identityId }: Pick<EmailSubmission, 'identityId'>,
): Identity | null {
  return store.base(accountId)?.identities?.find(({ id }) => id === identityId) ?? null;
}
