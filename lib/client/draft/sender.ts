/** As whom a message is written: an identity, perhaps under another of its addresses. */
import type { EmailAddress, Identity } from '@/lib/jmap/types';
import { sameMailbox } from './answer';
import type { Draft } from './draft';

/** `*@own.domain`: any address there (RFC 8621 §6). */
export const isWildcard = ({ email }: Pick<Identity, 'email'>): boolean => email.startsWith('*@');

export function senderOf(draft: Pick<Draft, 'from'>, { name, email }: Identity): EmailAddress {
  return { name: name || null, email: draft.from ?? email };
}

/** `from` only where it is not the identity's own address. */
export interface Sender {
  identity: Identity;
  from?: string;
}

/** The one that mail to these addresses was meant for, the first of them first; else the first identity. */
export function chooseSender(
  identities: readonly Identity[],
  addresses: readonly string[],
): Sender | undefined {
  const plain = identities.filter((one) => !isWildcard(one));
  const find = (fits: (identity: Identity, address: string) => boolean, among: readonly Identity[]) => {
    for (const address of addresses) {
      const identity = among.find((one) => fits(one, address));
      if (identity) return { identity, address };
    }
    return null;
  };
  const exact = find(({ email }, address) => email.toLowerCase() === address.toLowerCase(), plain);
  if (exact) return { identity: exact.identity };
  const other =
    find(({ email }, address) => sameMailbox(email, address), plain) ??
    find(({ email }, address) => isIn(email, address), identities.filter(isWildcard));
  if (other) return { identity: other.identity, from: other.address };
  const [first] = identities;
  return first && withAddress(first, identities);
}

/** A domain alone is no sender: its first address is named like the account's own. */
export function withAddress(identity: Identity, identities: readonly Identity[]): Sender {
  if (!isWildcard(identity)) return { identity };
  const own = identities.find((one) => !isWildcard(one))?.email ?? '';
  return { identity, from: `${localPart(own) || 'mail'}${identity.email.slice(1)}` };
}

const isIn = (wildcard: string, address: string) =>
  address.toLowerCase().endsWith(wildcard.slice(1).toLowerCase());

export const localPart = (email: string): string => email.slice(0, Math.max(0, email.lastIndexOf('@')));

const WORD_LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const WORD_LENGTH = 6;

/** An address for one correspondent: `anna+k3x9qz@`, of a domain of one's own `k3x9qz@`. */
export function oneTimeAddress({ email }: Pick<Identity, 'email'>): string {
  const bytes = crypto.getRandomValues(new Uint8Array(WORD_LENGTH));
  const word = [...bytes].map((byte) => WORD_LETTERS[byte % WORD_LETTERS.length]).join('');
  const domain = email.slice(email.lastIndexOf('@'));
  return isWildcard({ email }) ? word + domain : `${localPart(email).replace(/\+.*$/, '')}+${word}${domain}`;
}
