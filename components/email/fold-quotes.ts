/** Quoted mail behind a native `details`: no script is needed in the frame to open it (page.md §5). */
const QUOTES =
  '.gmail_quote, blockquote[type="cite"], .yahoo_quoted, .moz-cite-prefix + blockquote, #appendonsend ~ blockquote';

/** Only what follows words of the writer: a forwarded mail is nothing but its quote. */
export function foldQuotes(root: HTMLElement, label: string): void {
  const quote = [...root.querySelectorAll<HTMLElement>(QUOTES)].find(
    (element) => element.parentElement?.closest(QUOTES) == null,
  );
  if (!quote || textBefore(root, quote) === '' || textAfter(root, quote) !== '') return;
  const document = root.ownerDocument;
  const details = document.createElement('details');
  details.className = 'gatepost-quote';
  const summary = document.createElement('summary');
  summary.setAttribute('aria-label', label);
  summary.textContent = '\u2022\u2022\u2022';
  details.append(summary);
  quote.replaceWith(details);
  details.append(quote);
}

function textBefore(root: HTMLElement, element: HTMLElement): string {
  const range = root.ownerDocument.createRange();
  range.setStart(root, 0);
  range.setEndBefore(element);
  return range.toString().trim();
}

function textAfter(root: HTMLElement, element: HTMLElement): string {
  const range = root.ownerDocument.createRange();
  range.setStartAfter(element);
  range.setEndAfter(root.lastChild ?? element);
  return range.toString().trim();
}
