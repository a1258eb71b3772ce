/** The identity's signature under the text (RFC 3676 §4.3: a line of two dashes and a space). */
import type { Draft } from '@/lib/client/draft/draft';
import { textToHtml, unsigned } from '@/lib/client/draft/quote';
import type { Identity } from '@/lib/jmap/types';
import { cleanQuote, plainText } from './clean-quote';

const SEPARATOR = '-- ';

type Signed = Pick<Identity, 'textSignature' | 'htmlSignature'>;

export function withSignature(format: Draft['format'], text: string, identity: Signed): string {
  return unsigned(format, text) + (format === 'text' ? signatureText(identity) : signatureHtml(identity));
}

export function signatureText({ textSignature }: Signed): string {
  const text = textSignature.trim();
  return text === '' ? '' : `\n\n${SEPARATOR}\n${text}`;
}

export function signatureHtml({ textSignature, htmlSignature }: Signed): string {
  const html = htmlSignature.trim();
  const text = textSignature.trim();
  if (html === '' && text === '') return '';
  const signature = html === '' ? textToHtml(text) : cleanQuote(html);
  return `<div><br></div><div>${SEPARATOR.replace(' ', '&nbsp;')}</div>${signature}`;
}

/** The line above the signature, as it was put there or as the editor keeps it. */
const SEPARATORS = /<div>--(?:&nbsp;|\u00a0| )(?:<br>)?<\/div>|^-- $/gm;

/** Another sender, another signature; one that was edited stays. */
export function replaceSignature(body: string, before: string, after: string): string {
  if (before === '') return body + after;
  const found = [...body.matchAll(SEPARATORS)].at(-1);
  const old = [...before.matchAll(SEPARATORS)].at(-1);
  if (!found || !old) return body;
  // The editor writes the same in its own way: the words are compared.
  if (plainText(body.slice(found.index)) !== plainText(before.slice(old.index))) return body;
  const begin = [...after.matchAll(SEPARATORS)].at(-1);
  return body.slice(0, found.index) + (begin ? after.slice(begin.index) : '');
}
