/** `mailto:` links (RFC 6068) as what a new message starts with. Only these fields: others could do harm (§4). */
import { parseAddresses } from '@/lib/client/draft/address-input';
import type { Draft } from '@/lib/client/draft/draft';

/** Longer ones are no links that a person wrote. */
const MAX_LENGTH = 20_000;

export type Mailto = Pick<Draft, 'to' | 'cc' | 'bcc' | 'subject'> & { text: string };

export function parseMailto(link: string): Mailto {
  const [path = '', query = ''] = link
    .slice(0, MAX_LENGTH)
    .replace(/^mailto:/i, '')
    .split('?', 2);
  const fields = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    const [name = '', value = ''] = pair.split('=', 2);
    const key = decode(name).toLowerCase();
    fields.set(key, [...(fields.get(key) ?? []), decode(value)]);
  }
  const people = (...texts: string[]) => parseAddresses(texts.join(','));
  return {
    to: people(decode(path), ...(fields.get('to') ?? [])),
    cc: people(...(fields.get('cc') ?? [])),
    bcc: people(...(fields.get('bcc') ?? [])),
    subject: (fields.get('subject') ?? []).join(' ').replace(/\s+/g, ' '),
    text: (fields.get('body') ?? []).join('\n').replace(/\r\n?/g, '\n'),
  };
}

/** `%` that encodes nothing is meant as it stands; `+` is no space here (§5). */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
