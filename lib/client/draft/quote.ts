/** Quoted originals: `> ` lines for plain text (RFC 3676 §4.5), a blockquote for HTML. */

/** Attribution lines and HTML names come in already translated and escaped. */
export function quoteText(text: string): string {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => (line.startsWith('>') ? `>${line}` : line === '' ? '>' : `> ${line}`))
    .join('\n');
}

/** `clean` has passed the sanitiser (security.md S1, S5): it is put back into pages and mails. */
export function quoteHtml(attribution: string, clean: string): string {
  return `<div>${escapeHtml(attribution)}</div><blockquote type="cite">${clean}</blockquote>`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Plain text as the HTML that an editor shows. */
export function textToHtml(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `<div>${line === '' ? '<br>' : escapeHtml(line)}</div>`)
    .join('');
}

/** What a message starts with: the text that was given, or one empty line. */
export function unsigned(format: 'html' | 'text', text: string): string {
  if (format === 'text') return text;
  return text === '' ? '<div><br></div>' : textToHtml(text);
}

/** Says where the quoted original begins when the draft is opened again. */
export const QUOTE_CLASS = 'gatepost-quote';

export const quoteBox = (quote: string): string => `<div class="${QUOTE_CLASS}">${quote}</div>`;

/** Whether the text shows the part of this Content-ID (RFC 2392). */
export function mentions(html: string, cid: string): boolean {
  return html.includes(`cid:${cid}`) || html.includes(`cid:${encodeURIComponent(cid)}`);
}

/** What stands above a forwarded message; the lines come in translated. */
export function forwardHtml(head: readonly string[], clean: string): string {
  return `<div>${head.map(escapeHtml).join('<br>')}</div><br>${clean}`;
}

export function forwardText(head: readonly string[], text: string): string {
  return `${head.join('\n')}\n\n${text.trimEnd()}`;
}
