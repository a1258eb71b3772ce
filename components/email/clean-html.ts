/**
 * The one cleaner of mail HTML (security.md S1-S3): DOMPurify with one frozen configuration, then our own rewriting of links and images
 * on the inert result. Its output type is branded: only what comes from here gets into a frame, as nodes, never as a string again.
 */
import createDOMPurify, { type Config } from 'dompurify';
import { contentIdOf } from './content-id';
import { linkWarning } from './link-warning';
import { remoteIn, withProxiedUrls } from './remote-urls';

declare const clean: unique symbol;

export interface CleanHtml {
  readonly [clean]: true;
  readonly styles: readonly HTMLElement[];
  readonly body: HTMLElement;
  /** Addresses outside of the mail that it wanted to load. */
  readonly remote: readonly string[];
  readonly truncated: boolean;
}

export interface CleanOptions {
  /** The address that shows an inline part (RFC 2392), null if the mail has none of that id. */
  inline: (cid: string) => string | null;
  /** Our proxy's address of a remote image; null while it is blocked. */
  proxied: (url: string) => string | null;
}

/** S28: more HTML than this is cut; the whole mail can be downloaded. */
const MAX_HTML = 1_000_000;

const TAGS =
  'a abbr address article aside b bdi bdo big blockquote body br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd li main mark nav ol p pre q s samp section small span strike strong style sub sup table tbody td tfoot th thead time tr tt u ul var wbr';

const ATTRIBUTES =
  'align alt background bgcolor border cellpadding cellspacing class color colspan datetime dir face height href hspace id lang nowrap reversed rowspan scope size span src start style title type valign value vspace width';

const CONFIG = Object.freeze({
  ALLOWED_TAGS: TAGS.split(' '),
  ALLOWED_ATTR: ATTRIBUTES.split(' '),
  // DOMPurify asks this of every attribute's value: what is no address with a scheme passes, a scheme must be one of these.
  ALLOWED_URI_REGEXP:
    /^(?:(?:https?|mailto|tel|cid):|data:image\/(?:png|jpe?g|gif|webp)[;,]|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  WHOLE_DOCUMENT: true,
  RETURN_DOM: true,
} satisfies Config);

/** One for the page: each makes a Trusted Types policy, and the page's own policy (S23) lets a name be taken once. */
let purifier: ReturnType<typeof createDOMPurify> | undefined;

export function cleanHtml(html: string, options: CleanOptions): CleanHtml {
  purifier ??= createDOMPurify(window);
  const root = purifier.sanitize(html.slice(0, MAX_HTML), CONFIG) as HTMLElement;
  const remote = new Set<string>();
  for (const style of root.querySelectorAll('style')) {
    for (const url of remoteIn(style.textContent ?? '')) remote.add(url);
    style.textContent = withProxiedUrls(style.textContent ?? '', options.proxied);
  }
  for (const element of root.querySelectorAll<HTMLElement>('[style]')) rewriteStyle(element, remote, options);
  for (const element of root.querySelectorAll<HTMLElement>('[src], [background]'))
    rewriteImage(element, remote, options);
  for (const anchor of root.querySelectorAll<HTMLAnchorElement>('a[href]')) rewriteLink(anchor);
  const styles = [...root.querySelectorAll('style')];
  for (const style of styles) style.remove();
  return {
    styles,
    body: bodyOf(root),
    remote: [...remote],
    truncated: html.length > MAX_HTML,
  } as unknown as CleanHtml;
}

/** The mail's body as an element of ours: its colours are kept, the frame's own body stays the frame's. */
function bodyOf(root: HTMLElement): HTMLElement {
  const body = root.querySelector('body');
  const box = root.ownerDocument.createElement('div');
  if (!body) {
    box.append(...root.childNodes);
    return box;
  }
  const style = body.getAttribute('style');
  if (style) box.setAttribute('style', style);
  const colour = body.getAttribute('bgcolor');
  if (colour) box.style.backgroundColor = colour;
  box.append(...body.childNodes);
  return box;
}

function rewriteStyle(element: HTMLElement, remote: Set<string>, { proxied }: CleanOptions): void {
  const style = element.getAttribute('style') ?? '';
  for (const url of remoteIn(style)) remote.add(url);
  element.setAttribute('style', withProxiedUrls(style, proxied));
}

function rewriteImage(element: HTMLElement, remote: Set<string>, options: CleanOptions): void {
  const name = element.hasAttribute('src') ? 'src' : 'background';
  const url = element.getAttribute(name)?.trim() ?? '';
  element.removeAttribute('background');
  element.removeAttribute('src');
  const shown = shownUrl(url, remote, options);
  if (shown === null) return;
  if (name === 'background') element.style.backgroundImage = `url("${shown.replaceAll('"', '%22')}")`;
  else if (element.tagName === 'IMG') element.setAttribute('src', shown);
}

function shownUrl(url: string, remote: Set<string>, { inline, proxied }: CleanOptions): string | null {
  if (/^cid:/i.test(url)) return inline(contentIdOf(url));
  if (/^data:/i.test(url)) return url;
  if (!/^https?:/i.test(url)) return null;
  remote.add(url);
  return proxied(url);
}

/** S11: a new tab that knows nothing of us; where the words name another place than the address, the true one stands beside. */
function rewriteLink(anchor: HTMLAnchorElement): void {
  const href = anchor.getAttribute('href')?.trim() ?? '';
  if (href.startsWith('#')) return;
  // A relative address would lead into Gatepost itself.
  if (!/^(?:https?|mailto|tel):/i.test(href)) {
    anchor.removeAttribute('href');
    return;
  }
  anchor.setAttribute('target', '_blank');
  anchor.setAttribute('rel', 'noopener noreferrer');
  const warning = linkWarning(anchor.textContent ?? '', href);
  anchor.setAttribute('title', href);
  if (warning === null) return;
  const mark = anchor.ownerDocument.createElement('span');
  mark.className = 'gatepost-host';
  mark.textContent = ` (${warning})`;
  anchor.append(mark);
}
