import type { Client } from '@/lib/client/client';
import { GATEPOST, type Id, type Identity } from '@/lib/jmap/types';

/** Of the sender's own server, where it has one. */
export function outgoingHost({ store }: Client, accountId: Id, identity: Identity | null = null): string {
  const own = identity?.['gatepost:outgoingHost'];
  if (own) return own;
  const account = store.session.accounts[accountId]?.accountCapabilities[GATEPOST];
  return String(account?.outgoingHost ?? '');
}
