/** The one door to squire-rte: everything that becomes nodes passes our cleaner, undo steps too (no string is ever markup: S23). */
import Squire from 'squire-rte';
import type { InlineImages } from '@/lib/client/composer/inline-images';
import { cleaners, cleanersNow } from './cleaners';

export class Editor extends Squire {
  /** Squire would assign `innerHTML` here, which Trusted Types forbid. Before the cleaner is there, a step back waits for it. */
  override _setRawHTML(html: string): Squire {
    if (!cleanersNow()) return this;
    this._root.replaceChildren(this._config.sanitizeToDOMFragment(html, this));
    this._ignoreChange = true;
    return this;
  }
}

const MAX_UNDO_STEPS = 100;

interface EditorOptions {
  root: HTMLElement;
  images: InlineImages;
  /** Ends what the editor listens to. */
  signal: AbortSignal;
  didError(error: unknown): void;
}

export function createEditor({ root, images, signal, didError }: EditorOptions): Editor {
  const editor = new Editor(root, {
    sanitizeToDOMFragment: (html) =>
      cleanersNow()?.editorFragment(html, images) ?? document.createDocumentFragment(),
    toPlainText: (html) => cleanersNow()?.plainText(html) ?? String(window.getSelection()),
    undo: { documentSizeThreshold: 50_000, undoLimit: MAX_UNDO_STEPS },
    didError,
  });
  const insert = (data: DataTransfer) => {
    const [html, text] = [data.getData('text/html'), data.getData('text/plain')];
    cleaners().then(
      () => (html === '' ? editor.insertPlainText(text, true) : editor.insertHTML(html, true)),
      () => editor.insertPlainText(text, true),
    );
  };
  root.addEventListener('focus', () => void cleaners().catch(didError), { once: true, signal });
  root.addEventListener(
    'paste',
    (event) => {
      if (cleanersNow() || !event.clipboardData?.types.includes('text/html')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      insert(event.clipboardData);
    },
    { capture: true, signal },
  );
  // Squire leaves what is dropped to the browser, which would put foreign markup into the page.
  root.addEventListener(
    'beforeinput',
    (event) => {
      if (event.inputType !== 'insertFromDrop' || !event.dataTransfer) return;
      event.preventDefault();
      const [place] = event.getTargetRanges();
      if (place) editor.setSelection(rangeOf(place));
      insert(event.dataTransfer);
    },
    { signal },
  );
  return editor;
}

function rangeOf({ startContainer, startOffset, endContainer, endOffset }: StaticRange): Range {
  const range = document.createRange();
  range.setStart(startContainer, startOffset);
  range.setEnd(endContainer, endOffset);
  return range;
}

/** A link is to the web, a mailbox or a telephone. */
export function linkAddress(typed: string): string | null {
  const text = typed.trim();
  if (/^(?:https?:\/\/|mailto:|tel:)\S+$/i.test(text)) return text;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return `mailto:${text}`;
  return /^[^\s:/]+\.[^\s:]+$/.test(text) ? `https://${text}` : null;
}
