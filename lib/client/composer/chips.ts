/** Recipients as chips: what the keys, the comma and a paste do to them. Pure. */
import { isAddress, MAX_RECIPIENTS, parseAddresses, withoutDoubles } from '@/lib/client/draft/address-input';
import type { EmailAddress } from '@/lib/jmap/types';

/** A clipboard of more is no list of people. */
const MAX_PASTED = 20_000;

export interface ChipInput {
  addresses: readonly EmailAddress[];
  text: string;
}

/** Typing: what stands before a comma, a semicolon or a line end becomes a chip; a space ends a complete address. */
export function typed({ addresses }: ChipInput, text: string): ChipInput {
  const ended = /[,;\n]\s*$/.test(text) || (/\s$/.test(text) && isAddress(text.trim()));
  return ended && !isOpenQuote(text) ? committed({ addresses, text }) : { addresses, text };
}

/** What is typed becomes chips, whatever it is: nothing typed is lost, and the malformed ones say so. */
export function committed({ addresses, text }: ChipInput): ChipInput {
  return taken({ addresses, text: '' }, parseAddresses(text, MAX_PASTED));
}

export function added(
  addresses: readonly EmailAddress[],
  more: readonly EmailAddress[],
): readonly EmailAddress[] {
  return withoutDoubles([...addresses, ...more]).slice(0, MAX_RECIPIENTS);
}

export function removed(addresses: readonly EmailAddress[], index: number): readonly EmailAddress[] {
  return addresses.filter((_, i) => i !== index);
}

/** A paste of one name or half an address stays in the field to be edited; lists and whole addresses become chips. */
export function pasted({ addresses, text }: ChipInput, clipboard: string): ChipInput | null {
  const found = parseAddresses(clipboard, MAX_PASTED);
  const whole = found.length > 1 || found.some(({ email }) => isAddress(email));
  return whole ? taken({ addresses, text }, found) : null;
}

/** Those for whom there is no room stay in the field: nobody who was meant is left out unseen. */
function taken({ addresses, text }: ChipInput, more: readonly EmailAddress[]): ChipInput {
  const all = withoutDoubles([...addresses, ...more]);
  const rest = all.slice(MAX_RECIPIENTS).map(chipText);
  return { addresses: all.slice(0, MAX_RECIPIENTS), text: [text, ...rest].filter(Boolean).join(', ') };
}

/** How many people stand in a field as text. */
export const leftIn = (text: string): number => parseAddresses(text, MAX_PASTED).length;

export function chipLabel({ name, email }: EmailAddress): string {
  return name?.trim() || email;
}

/** As it is typed, to be edited again. */
export function chipText({ name, email }: EmailAddress): string {
  if (!name) return email;
  return /[",;:<>@()]/.test(name) ? `"${name.replace(/(["\\])/g, '\\$1')}" <${email}>` : `${name} <${email}>`;
}

const isOpenQuote = (text: string) => (text.match(/"/g)?.length ?? 0) % 2 === 1;
