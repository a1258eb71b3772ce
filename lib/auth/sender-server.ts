/** An outgoing server of one sender's own, with its own sign-in: really signed in to before it is kept. */
import { z } from 'zod';
import { getOwnAccount, signInKey } from '@/lib/account/records';
import type { Runtime } from '@/lib/account/runtime';
import { diagnoseOutgoing } from '@/lib/discovery/doctor';
import { AuthenticationError, RequestError } from '@/lib/errors';
import type { Id, Identity } from '@/lib/jmap/types';
import { normalHost } from '@/lib/net/resolve';
import { audit } from './audit';
import { enterAttempt } from './rate-limit';
import { serverLogin } from './servers-input';
import { SignInRefused } from './sign-in';
import type { Principal } from './types';

export const senderServer = z.strictObject({
  outgoing: serverLogin,
  password: z.string().min(1).max(1_000),
});

interface Sender {
  accountId: Id;
  identityId: Id;
}

/** @throws SignInRefused, rateLimit, notFound, unsupported where the operator names the servers */
export async function setSenderServer(
  runtime: Runtime,
  { userId }: Principal,
  sender: Sender,
  { outgoing, password }: z.infer<typeof senderServer>,
  client: string,
): Promise<void> {
  const { config, databases, senderServers } = runtime;
  const identity = await ownIdentity(runtime, userId, sender);
  if (config.fixed) throw new RequestError('unsupported', 'the servers are named by the operator');
  const server = { ...outgoing, host: normalHost(outgoing.host) || outgoing.host };
  const { host } = server;
  const attempt = await enterAttempt(databases.main, config, {
    login: signInKey(server),
    host,
    address: client,
  });
  const { steps, error } = await diagnoseOutgoing(server, { password }, config);
  if (error) {
    if (!(error instanceof AuthenticationError)) await attempt.undecided();
    throw new SignInRefused(error, { steps });
  }
  await attempt.succeeded();
  await senderServers.set(sender.accountId, sender.identityId, server, password);
  await changed(runtime, userId, sender, identity);
}

/** @throws notFound */
export async function removeSenderServer(
  runtime: Runtime,
  { userId }: Principal,
  sender: Sender,
): Promise<void> {
  const identity = await ownIdentity(runtime, userId, sender);
  await runtime.senderServers.remove(sender.accountId, sender.identityId);
  await changed(runtime, userId, sender, identity);
}

async function ownIdentity(
  { databases, identities }: Runtime,
  userId: string,
  { accountId, identityId }: Sender,
): Promise<Identity> {
  const record = await getOwnAccount(databases.main, userId, accountId);
  if (record.kind === 'demo') throw new RequestError('unsupported', 'the demo mailbox has no servers');
  const identity = (await identities.list(record)).find(({ id }) => id === identityId);
  if (!identity) throw new RequestError('notFound', 'there is no such sender');
  return identity;
}

/** A property of the Identity: clients that keep it hear of it. */
async function changed(
  { databases, identities, hub }: Runtime,
  userId: string,
  { accountId, identityId }: Sender,
  identity: Identity,
): Promise<void> {
  const { id: _id, mayDelete: _mayDelete, ...rest } = identity;
  await identities.update(accountId, identityId, rest);
  hub.publish(userId, accountId, { Identity: await identities.state(accountId) });
  await audit(databases.main, userId, 'servers-changed', { accountId });
}
