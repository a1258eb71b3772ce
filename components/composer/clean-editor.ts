/**
 * What may stand in the editor, which is the app's own document: the one cleaner of mail HTML (components/email/clean-html), and of its
 * result only what formats text. No classes, no positions, nothing remote (security.md S1, S5, S8).
 */
import { cleanHtml } from '@/components/email/cleaner';
import type { InlineImages } from '@/lib/client/composer/inline-images';

const STYLES = [
  'color',
  'background-color',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'text-decoration-line',
  'text-align',
  'direction',
];
const ATTRIBUTES = new Set([
  'href',
  'src',
  'alt',
  'title',
  'width',
  'height',
  'dir',
  'lang',
  'type',
  'start',
  'style',
  'align',
  'colspan',
  'rowspan',
  'border',
  'cellpadding',
  'cellspacing',
]);
/** Squire marks the selection in its undo steps by two hidden inputs; the cleaner knows no inputs, so they pass as empty `i`. */
const BOOKMARK = /<input id="(squire-selection-(?:start|end))" type="hidden">/g;
const BOOKMARK_ID = /^squire-selection-(?:start|end)$/;

export function editorFragment(html: string, images: InlineImages): DocumentFragment {
  const marked = images.stored(html).replace(BOOKMARK, '<i id="$1"></i>');
  const { body } = cleanHtml(marked, { inline: images.urlOf, proxied: () => null });
  dropHidden(body);
  for (const mark of body.querySelectorAll('.gatepost-host')) mark.remove();
  for (const image of body.querySelectorAll('img:not([src])')) image.remove();
  for (const element of body.querySelectorAll<HTMLElement>('*')) strip(element);
  const fragment = document.createDocumentFragment();
  for (const node of body.childNodes) fragment.append(document.importNode(node, true));
  return fragment;
}

function strip(element: HTMLElement): void {
  const kept = STYLES.flatMap((name) => {
    const value = element.style.getPropertyValue(name);
    return value === '' || /url|expression|var\(/i.test(value) ? [] : [`${name}: ${value}`];
  });
  for (const { name, value } of [...element.attributes]) {
    const bookmark = name === 'id' && BOOKMARK_ID.test(value);
    if (!ATTRIBUTES.has(name) && !bookmark) element.removeAttribute(name);
  }
  if (kept.length > 0) element.setAttribute('style', kept.join('; '));
  else element.removeAttribute('style');
}

/** S5: what the reader did not see must not travel on in an answer. */
export function dropHidden(root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>('[style], [hidden]')) {
    if (element.id.startsWith('squire-selection')) continue;
    if (isHidden(element)) element.remove();
  }
}

function isHidden({ style, hidden }: HTMLElement): boolean {
  const nothing = (value: string) => value !== '' && Number.parseFloat(value) === 0;
  return (
    hidden === true ||
    style.display === 'none' ||
    style.visibility === 'hidden' ||
    nothing(style.opacity) ||
    nothing(style.fontSize) ||
    (nothing(style.maxHeight) && style.overflow === 'hidden')
  );
}
