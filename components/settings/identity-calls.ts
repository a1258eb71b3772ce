/** Senders over JMAP (RFC 8621 §6): the settings need no store, one call an action is enough. */

import { control } from '@/lib/client/control/request';
import { httpTransport, JmapFault, type Transport } from '@/lib/client/jmap';
import {
  GATEPOST,
  type GatepostAccountCapability,
  type Id,
  type Identity,
  type JmapSession,
  type JsonObject,
  type OfOutgoing,
  type SetError,
} from '@/lib/jmap/types';

export interface SendingAccount {
  id: Id;
  name: string;
  outgoingHost: string;
  identities: Identity[];
  mailboxes: { id: Id; name: string }[];
}

export type IdentityPart = Partial<Omit<Identity, 'id' | 'email' | 'mayDelete' | OfOutgoing>>;

export interface Senders {
  transport: Transport;
  accounts: SendingAccount[];
}

export async function loadSenders(signal: AbortSignal): Promise<Senders> {
  const session = await control<JmapSession>('GET', '/.well-known/jmap', undefined, signal);
  const transport = httpTransport(session.apiUrl);
  const ids = Object.keys(session.accounts);
  const answers = await transport.call(
    ids.flatMap((accountId) => [
      ['Identity/get', { accountId, ids: null }, accountId],
      ['Mailbox/get', { accountId, ids: null, properties: ['name'] }, `mailboxes ${accountId}`],
    ]),
    signal,
  );
  const accounts = ids.map((id) => ({
    id,
    name: session.accounts[id]?.name ?? '',
    outgoingHost: outgoingHost(session, id),
    // One account that fails does not take the others with it.
    identities: answers.has(id) ? answers.of<{ list: Identity[] }>(id).list : [],
    mailboxes: answers.has(`mailboxes ${id}`)
      ? answers.of<{ list: { id: Id; name: string }[] }>(`mailboxes ${id}`).list
      : [],
  }));
  return { transport, accounts };
}

function outgoingHost(session: JmapSession, id: Id): string {
  const own = session.accounts[id]?.accountCapabilities[GATEPOST] as unknown as
    | GatepostAccountCapability
    | undefined;
  return own?.outgoingHost ?? '';
}

interface SetAnswer {
  created?: Record<string, Partial<Identity>> | null;
  notCreated?: Record<string, SetError> | null;
  notUpdated?: Record<Id, SetError> | null;
  notDestroyed?: Record<Id, SetError> | null;
}

/** @throws JmapFault with the server's refusal of this one identity. */
export async function setIdentity(
  transport: Transport,
  accountId: Id,
  change: JsonObject,
): Promise<SetAnswer> {
  const answers = await transport.call([['Identity/set', { accountId, ...change }, 'set']]);
  const answer = answers.of<SetAnswer>('set');
  const refused = Object.values({ ...answer.notCreated, ...answer.notUpdated, ...answer.notDestroyed })[0];
  if (refused)
    throw new JmapFault(
      refused['gatepost:code'] ?? refused.type,
      refused['gatepost:serverText'] ?? refused.description,
      refused['gatepost:params'],
    );
  return answer;
}

/** Rich mail gets the same words; the text is data, never markup. */
export function htmlOfSignature(text: string): string {
  const escaped = text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  return text === '' ? '' : `<div>${escaped.replaceAll('\n', '<br>')}</div>`;
}
