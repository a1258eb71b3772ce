/** Formatted text as plain text and back; the quote goes along. */
import type { Draft } from '@/lib/client/draft/draft';
import { mentions, textToHtml } from '@/lib/client/draft/quote';
import { plainText } from './clean-quote';

/** Nothing that a reader of plain text would look for. */
const SIGNATURE_PICTURE = /^signature-\d+\.[a-z]+$/;

/** Whether plain text would lose something that was made. */
export function isFormatted({ body }: Draft): boolean {
  return /<(?:b|strong|i|em|u|s|a|ul|ol|blockquote|img|table|h[1-6]|font|pre|span)\b/i.test(body);
}

export function toPlain(draft: Draft): Partial<Draft> {
  const quote = draft.quote === '' ? '' : plainText(draft.quote);
  const shown = draft.body + draft.quote;
  const attachments = draft.attachments.filter(
    ({ cid, name }) => cid === null || (mentions(shown, cid) && !SIGNATURE_PICTURE.test(name)),
  );
  return { format: 'text', body: plainText(draft.body), quote, attachments };
}

export function toRich(draft: Draft): Partial<Draft> {
  const quote = draft.quote === '' ? '' : textToHtml(draft.quote);
  return { format: 'html', body: textToHtml(draft.body), quote };
}

/** To answer between the lines: the quote becomes text that can be edited, without its formatting. */
export function quoteIntoText(draft: Draft): Partial<Draft> {
  const text = draft.format === 'text';
  const quote = text ? draft.quote : textToHtml(plainText(draft.quote));
  const parts = draft.quoteFirst ? [quote, draft.body] : [draft.body, quote];
  return { body: parts.join(text ? '\n\n' : '<div><br></div>'), quote: '' };
}
