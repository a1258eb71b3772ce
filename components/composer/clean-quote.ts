/** The quoted original: cleaned like shown mail, without `style` elements (S5); remote images stay named, and are not loaded here (S8). */
import { cleanHtml } from '@/components/email/cleaner';
import { QUOTE_CLASS } from '@/lib/client/draft/quote';
import { dropHidden } from './clean-editor';

const AS_WRITTEN = { inline: (cid: string) => `cid:${cid}`, proxied: (url: string) => url };

export function cleanQuote(html: string): string {
  const { body } = cleanHtml(html, AS_WRITTEN);
  dropHidden(body);
  for (const mark of body.querySelectorAll('.gatepost-host')) mark.remove();
  for (const element of body.querySelectorAll('[id], [class]')) {
    element.removeAttribute('id');
    element.removeAttribute('class');
  }
  for (const link of body.querySelectorAll('a[title], a[target], a[rel]'))
    for (const name of ['title', 'target', 'rel']) link.removeAttribute(name);
  return body.innerHTML;
}

/** A draft of ours knows where its quote begins; of another program's draft all is text to be edited. */
export function splitQuote(html: string): { body: string; quote: string; quoteFirst?: boolean } {
  const { body } = cleanHtml(html, AS_WRITTEN);
  const box = [...body.querySelectorAll(`:scope > .${QUOTE_CLASS}`)].at(-1);
  if (!box) return { body: body.innerHTML, quote: '' };
  const quote = cleanQuote(box.innerHTML);
  const quoteFirst = box.previousSibling === null;
  const between = quoteFirst ? box.nextSibling : box.previousSibling;
  if (between?.nodeName === 'BR') between.remove();
  box.remove();
  return { body: body.innerHTML, quote, quoteFirst };
}

/** As a reader without HTML gets it: block ends are line ends, links keep their address. */
export function plainText(html: string): string {
  const { body } = cleanHtml(html, AS_WRITTEN);
  for (const mark of body.querySelectorAll('.gatepost-host')) mark.remove();
  return linesOf(body)
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const BLOCKS =
  /^(?:ADDRESS|ARTICLE|BLOCKQUOTE|CENTER|DD|DIV|DL|DT|FIGURE|FOOTER|H[1-6]|HEADER|HR|LI|MAIN|OL|P|PRE|SECTION|TABLE|TR|UL)$/;

function linesOf(element: Element): string[] {
  const lines = [''];
  const write = (text: string) => {
    lines[lines.length - 1] += text;
  };
  const fresh = () => {
    if (lines.at(-1) !== '') lines.push('');
  };
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) write((node.textContent ?? '').replace(/\s+/g, ' '));
    else if (node instanceof Element || node.nodeType === Node.ELEMENT_NODE)
      inside(node as Element, { write, fresh, lines });
  }
  return lines.map((line) => line.replace(/^ /, ''));
}

interface Lines {
  write(text: string): void;
  fresh(): void;
  lines: string[];
}

function inside(element: Element, { write, fresh, lines }: Lines): void {
  const name = element.nodeName;
  if (name === 'BR') {
    lines.push('');
    return;
  }
  if (name === 'IMG') {
    const alt = element.getAttribute('alt')?.trim();
    if (alt) write(`[${alt}]`);
    return;
  }
  const inner = linesOf(element);
  if (!BLOCKS.test(name)) {
    write(inner[0] ?? '');
    lines.push(...inner.slice(1));
    const href = element.getAttribute('href');
    if (href && /^https?:/.test(href) && !element.textContent?.includes(href)) write(` <${href}>`);
    return;
  }
  // An empty block (`<div><br></div>`) is an empty line.
  if (inner.length > 1 && inner.at(-1) === '') inner.pop();
  fresh();
  const mark = name === 'BLOCKQUOTE' ? '> ' : name === 'LI' ? listMark(element) : '';
  const rest = name === 'LI' ? ' '.repeat(mark.length) : mark;
  lines.pop();
  lines.push(...inner.map((line, index) => `${index === 0 ? mark : rest}${line}`));
  if (name === 'P') lines.push('');
  lines.push('');
}

function listMark(item: Element): string {
  const list = item.parentElement;
  if (list?.nodeName !== 'OL') return '- ';
  return `${[...list.children].indexOf(item) + 1}. `;
}
