/** What the outbox needs of accounts: where mail goes out, and the copy in Sent afterwards (design decision 5). */
import { CommandError, RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { Secret } from '@/lib/net/types';
import type { OutboxHost } from '@/lib/outbox/types';
import type { Accounts } from './accounts';
import type { Identities } from './identities';
import type { AccountRecord } from './record';
import type { SenderServers } from './sender-servers';
import { sendingAccount } from './sending-account';
import { fileSent, isFound } from './sent-copy';

export interface OutboxHostDeps {
  accounts: Accounts;
  identities: Identities;
  senderServers: SenderServers;
  record(accountId: Id): Promise<AccountRecord>;
  secret(accountId: Id): Promise<Secret>;
  /** What its Identities tell of their servers changed. */
  takesChanged(accountId: Id): Promise<void>;
  /** The submissions of this account changed. */
  changed(accountId: Id): void;
}

export function outboxHost(deps: OutboxHostDeps): OutboxHost {
  const { accounts, identities, senderServers, record, secret, changed, takesChanged } = deps;
  return {
    async route(accountId, identityId) {
      const own = await senderServers.find(accountId, identityId);
      if (own) return { kind: 'smtp', ...own };
      const identity = await identities.find(accountId, identityId);
      const by = await sendingAccount(await record(accountId), identity, accounts);
      if (by.kind === 'demo') return { kind: 'loopback' };
      if (!by.outgoing) throw new RequestError('notFound', 'This account has no outgoing server');
      return { kind: 'smtp', server: by.outgoing, secret: await secret(by.id) };
    },

    async deliverLocally(accountId, raw) {
      const account = await accounts.open(accountId);
      const inbox = (await account.mailboxes()).find(({ role }) => role === 'inbox');
      if (!inbox) throw new CommandError('tryLater', 'The account has no inbox yet');
      const email = { raw, mailboxIds: [inbox.id], keywords: [], receivedAt: Date.now() };
      await account.write((source) => source.append(email));
    },

    async fileSent(accountId, { identityId, ...sent }) {
      const identity = await identities.find(accountId, identityId);
      const mailboxId = identity?.['gatepost:sentMailboxId'] ?? null;
      return fileSent(await accounts.open(accountId), { ...sent, mailboxId });
    },

    async isFound(accountId, emailId, raw) {
      return isFound(await accounts.open(accountId), emailId, raw);
    },

    changed,
    takesChanged,
  };
}
