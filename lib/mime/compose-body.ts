/** The usual shape of a message from its texts and files: alternative inside related inside mixed (RFC 2046 §5.1, RFC 2387). */
import type { PartSpec } from './spec';

export interface FlatBody {
  text?: PartSpec | null;
  html?: PartSpec | null;
  /** Those with a `cid` and disposition `inline` go beside the HTML. */
  attachments?: PartSpec[];
}

export function bodyOf({ text, html, attachments = [] }: FlatBody): PartSpec {
  const isRelated = (part: PartSpec) => Boolean(html && part.cid && part.disposition === 'inline');
  const related = attachments.filter(isRelated);
  const others = attachments.filter((part) => !isRelated(part));
  const htmlSide = html && wrap('related', [html, ...related]);
  const bodies = [text, htmlSide].filter((part) => part !== null && part !== undefined);
  const shown = bodies.length > 0 ? [wrap('alternative', bodies)] : [];
  if (shown.length + others.length === 0) return { type: 'text/plain', content: '' };
  return wrap('mixed', [...shown, ...others]);
}

/** One part needs no multipart around it. */
function wrap(subtype: string, parts: PartSpec[]): PartSpec {
  const [only] = parts;
  return parts.length === 1 && only ? only : { type: `multipart/${subtype}`, parts };
}
