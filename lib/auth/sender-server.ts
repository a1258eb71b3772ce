/** An outgoing server of one sender's own, with its own sign-in: really signed in to before it is kept. */
import { z } from 'zod';
import type { AccountRecord } from '@/lib/account/record';
import { getOwnAccount, signInKey } from '@/lib/account/records';
import type { Runtime } from '@/lib/account/runtime';
import { diagnoseOutgoing } from '@/lib/discovery/doctor';
import { AuthenticationError, RequestError } from '@/lib/errors';
import type { Id, Identity } from '@/lib/jmap/types';
import { normalHost } from '@/lib/net/resolve';
import type { ServerLogin } from '@/lib/net/types';
import { audit } from './audit';
import { enterAttempt } from './rate-limit';
import { serverLogin } from './servers-input';
import { SignInRefused } from './sign-in';
import { maySendBy } from './sign-in-policy';
import type { Principal } from './types';

export const senderServer = z.strictObject({
  outgoing: serverLogin,
  password: z.string().min(1).max(1_000),
});

/** One whom the account's own provider refuses is made together with the server that takes it. */
export const newSender = senderServer.extend({
  name: z
    .string()
    .max(1_000)
    .regex(/^\P{Cc}*$/u)
    .default(''),
  email: z
    .string()
    .max(320)
    .regex(/^[^\p{Cc}\s<>@]+@[^\p{Cc}\s<>@]+$/u),
});

interface Sender {
  accountId: Id;
  identityId: Id;
}

/** @throws SignInRefused, rateLimit, signInNotAllowed, notFound, unsupported where the operator names the servers */
export async function setSenderServer(
  runtime: Runtime,
  { userId }: Principal,
  sender: Sender,
  { outgoing, password }: z.infer<typeof senderServer>,
  client: string,
): Promise<void> {
  const identity = await ownIdentity(runtime, userId, sender);
  const server = await triedServer(runtime, { address: identity.email, outgoing, password }, client);
  await runtime.senderServers.set(sender.accountId, sender.identityId, server, password);
  await changed(runtime, userId, sender, identity);
}

/** @returns the id of the Identity. @throws as setSenderServer; limitExceeded */
export async function addSender(
  runtime: Runtime,
  { userId }: Principal,
  accountId: Id,
  { name, email, outgoing, password }: z.infer<typeof newSender>,
  client: string,
): Promise<Id> {
  const record = await ownAccount(runtime, userId, accountId);
  const server = await triedServer(runtime, { address: email, outgoing, password }, client);
  const nothing = { replyTo: null, bcc: null, textSignature: '', htmlSignature: '' };
  const identity = await runtime.identities.create(record, { name, email, ...nothing });
  await runtime.senderServers.set(accountId, identity.id, server, password);
  await changed(runtime, userId, { accountId, identityId: identity.id }, identity);
  return identity.id;
}

async function triedServer(
  { config, databases }: Runtime,
  { address, outgoing, password }: { address: string; outgoing: ServerLogin; password: string },
  client: string,
): Promise<ServerLogin> {
  if (config.fixed) throw new RequestError('unsupported', 'the servers are named by the operator');
  const server = { ...outgoing, host: normalHost(outgoing.host) || outgoing.host };
  if (!(await maySendBy(address, server, config))) {
    const params = { host: server.host };
    throw new RequestError('signInNotAllowed', 'SIGN_IN does not name this server', { params });
  }
  const tried = { login: signInKey(server), host: server.host, address: client };
  const attempt = await enterAttempt(databases.main, config, tried);
  const { steps, error } = await diagnoseOutgoing(server, { password }, config);
  if (error) {
    if (!(error instanceof AuthenticationError)) await attempt.undecided();
    throw new SignInRefused(error, { steps });
  }
  await attempt.succeeded();
  return server;
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

async function ownAccount({ databases }: Runtime, userId: string, accountId: Id): Promise<AccountRecord> {
  const record = await getOwnAccount(databases.main, userId, accountId);
  if (record.kind === 'demo') throw new RequestError('unsupported', 'the demo mailbox has no servers');
  return record;
}

async function ownIdentity(runtime: Runtime, userId: string, sender: Sender): Promise<Identity> {
  const record = await ownAccount(runtime, userId, sender.accountId);
  const known = await runtime.identities.list(record);
  const identity = known.find(({ id }) => id === sender.identityId);
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
