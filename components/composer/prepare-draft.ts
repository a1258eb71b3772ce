/** From what was asked for to the draft that the composer starts with; all but a new message comes with its first use. */
import { withCleaner } from '@/components/email/cleaner';
import type { Client } from '@/lib/client/client';
import type { ComposeIntent, OpenComposer } from '@/lib/client/compose';
import { parseMailto } from '@/lib/client/composer/mailto';
import { parseAddresses, withoutDoubles } from '@/lib/client/draft/address-input';
import { type Draft, emptyDraft } from '@/lib/client/draft/draft';
import { unsigned } from '@/lib/client/draft/quote';
import { type Sender, withAddress } from '@/lib/client/draft/sender';
import { JmapFault } from '@/lib/client/jmap';
import type { EmailContent, EmailRow } from '@/lib/client/state';
import type { Identity } from '@/lib/jmap/types';
import { lastFormat } from './last-format';

export interface Original {
  row: EmailRow;
  content: EmailContent;
}

/** Lines of the reader's language. */
export interface Words {
  /** "On 12 Nov 2026 at 14:32, Anna wrote:" */
  attribution(original: Original): string;
  /** What stands above a forwarded message: From, Date, Subject, To. */
  forwardHead(original: Original): string[];
}

export async function prepareDraft(
  client: Client,
  { key, intent }: OpenComposer,
  words: Words,
): Promise<Draft> {
  const identities = await identitiesOf(client, intent.accountId);
  const [first] = identities;
  if (!first) throw new JmapFault('senderRefused');
  const draft =
    intent.kind === 'new'
      ? await newDraft(key, withAddress(first, identities), intent)
      : await (await withCleaner(import('./prepare-from'))).prepareFrom(client, {
          key,
          intent,
          identities,
          words,
        });
  return draft.format === 'html' ? signedWithPictures(client, draft) : draft;
}

async function signedWithPictures(client: Client, draft: Draft): Promise<Draft> {
  if (!draft.body.includes('data:image')) return draft;
  const { withPictures } = await import('./signature-pictures');
  const { body, attachments } = await withPictures(client.transport, draft.accountId, draft.body);
  return { ...draft, body, attachments: [...draft.attachments, ...attachments] };
}

async function identitiesOf(client: Client, accountId: string): Promise<readonly Identity[]> {
  if (!client.store.base(accountId)?.identities) await client.loader.identities(accountId);
  return client.store.base(accountId)?.identities ?? [];
}

async function newDraft(
  key: string,
  { identity, ...from }: Sender,
  { accountId, to, mailto }: Extract<ComposeIntent, { kind: 'new' }>,
): Promise<Draft> {
  const { text, ...fields } = parseMailto(mailto ?? '');
  const format = lastFormat();
  const empty = emptyDraft(accountId, identity.id);
  const body = await signed(format, text, identity);
  const bcc = withoutDoubles([...fields.bcc, ...(identity.bcc ?? [])]);
  return { ...empty, ...from, key, ...fields, bcc, to: to ? parseAddresses(to) : fields.to, format, body };
}

async function signed(format: Draft['format'], text: string, identity: Identity): Promise<string> {
  if (identity.textSignature === '' && identity.htmlSignature === '') return unsigned(format, text);
  const { withSignature } = await withCleaner(import('./signature'));
  return withSignature(format, text, identity);
}
