/** As whom an account may send (RFC 8621 §7.5). */
import type { AccountRecord } from '@/lib/account/record';
import { takesSender } from '@/lib/discovery/sender-rule';
import { refuse } from '@/lib/jmap/method-error';
import type { EmailAddress, Identity, SubmissionEnvelope } from '@/lib/jmap/types';

type Own = readonly Pick<Identity, 'email'>[];

/** `forbiddenFrom`: who an account sends as, its identities say. */
export function checkFrom(from: EmailAddress[] | null, own: Own): void {
  if (!from || from.length === 0)
    throw refuse('invalidEmail', 'The Email has no From', { properties: ['from'] });
  if (from.some(({ email }) => !isOwn(email, own)))
    throw refuse('forbiddenFrom', 'No identity of this account has the address in From');
}

/** `forbiddenMailFrom`: bounces come back to an address of the account's own, or to nobody (RFC 5321 §4.5.5). */
export function checkMailFrom({ mailFrom }: SubmissionEnvelope, own: Own): void {
  if (mailFrom.email !== '' && !isOwn(mailFrom.email, own))
    throw refuse('forbiddenMailFrom', 'No identity of this account has the address in the envelope');
}

/** What the provider is known to refuse is refused before it is tried. */
export function checkProvider(
  { outgoing, address }: Pick<AccountRecord, 'outgoing' | 'address'>,
  from: string,
): void {
  if (outgoing === null || takesSender({ host: outgoing.host, address }, from)) return;
  throw refuse('forbiddenFrom', 'The outgoing server refuses this address', {
    'gatepost:code': 'senderRefused',
    'gatepost:params': { host: outgoing.host, address },
  });
}

/** `anna+word@` is `anna@`; `*@own.domain` is any address there (RFC 8621 §6). */
export function isOwn(address: string, own: Own): boolean {
  const wanted = address.toLowerCase();
  return own.some(({ email }) => {
    const mine = email.toLowerCase();
    if (mine.startsWith('*@')) return wanted.endsWith(mine.slice(1));
    return mine === wanted || mine === wanted.replace(/\+[^@]*@/, '@');
  });
}
