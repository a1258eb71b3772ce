import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import type { EmailRow } from '@/lib/index/types';
import { mapConcurrently } from '@/lib/jmap/concurrent';
import { emailCondition } from '@/lib/jmap/email/condition';
import { StoredContent } from '@/lib/jmap/email/content';
import { unlessGone } from '@/lib/jmap/email/gone';
import { markSubject, markText, type SearchWords, searchWords } from '@/lib/jmap/email/snippet';
import { checkFilter } from '@/lib/jmap/filter';
import { wantedIds } from '@/lib/jmap/get';
import { type Methods, method } from '@/lib/jmap/method';
import * as schema from '@/lib/jmap/schema';
import { MAIL, type SearchSnippet } from '@/lib/jmap/types';
import { bodyParts } from '@/lib/mime/body-structure';
import { htmlToText } from '@/lib/mime/html-text';
import { decodeText, fetchLength } from '@/lib/mime/text';

const args = z.strictObject({
  accountId: schema.id,
  filter: schema.filter.nullable().default(null),
  emailIds: z.array(schema.id),
});
/** Bytes of a text that are looked through for the words. */
const LOOKED_THROUGH = 32_000;

/** RFC 8621 §5. */
export const searchSnippet: Methods = {
  'SearchSnippet/get': method(MAIL, args, async (given, context) => {
    const account = await context.account(given.accountId);
    const ids = wantedIds(given.emailIds, context) ?? [];
    const words = searchWords(given.filter && checkFilter(given.filter, emailCondition));
    const rows = await account.emails(
      ids,
      words.body.length > 0 ? ['headers', 'structure', 'preview'] : ['headers'],
    );
    const snippets = await mapConcurrently(rows, (row) =>
      unlessGone(account, row.id, () => snippet(account, row, words)),
    );
    const list = snippets.filter((each) => each !== null);
    const found = new Set(list.map(({ emailId }) => emailId));
    const notFound = ids.filter((id) => !found.has(id));
    return { accountId: account.id, list, notFound: notFound.length > 0 ? notFound : null };
  }),
};

async function snippet(account: Account, row: EmailRow, words: SearchWords): Promise<SearchSnippet> {
  const subject = markSubject(row.headers?.subject ?? '', words.subject);
  if (words.body.length === 0) return { emailId: row.id, subject, preview: null };
  const preview =
    markText(row.preview ?? '', words.body) ?? markText(await bodyText(account, row), words.body);
  return { emailId: row.id, subject, preview };
}

async function bodyText(account: Account, row: EmailRow): Promise<string> {
  const parts = row.structure ? bodyParts(row.structure).textBody : [];
  const part = parts.find(({ type }) => type.startsWith('text/'));
  if (!part) return '';
  const bytes = await new StoredContent(account, row).part(part, fetchLength(LOOKED_THROUGH, part));
  const { value } = decodeText(bytes, part);
  return part.type === 'text/html' ? htmlToText(value) : value;
}
