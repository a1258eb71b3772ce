/** The one door to squire-rte: everything that becomes nodes passes our cleaner, undo steps too (no string is ever markup: S23). */
import Squire from 'squire-rte';
import type { InlineImages } from '@/lib/client/composer/inline-images';
import { editorFragment } from './clean-editor';
import { plainText } from './clean-quote';

export class Editor extends Squire {
  /** Squire would assign `innerHTML` here, which Trusted Types forbid. */
  override _setRawHTML(html: string): Squire {
    this._root.replaceChildren(this._config.sanitizeToDOMFragment(html, this));
    this._ignoreChange = true;
    return this;
  }
}

const MAX_UNDO_STEPS = 100;

export function createEditor(
  root: HTMLElement,
  images: InlineImages,
  didError: (error: unknown) => void,
): Editor {
  return new Editor(root, {
    sanitizeToDOMFragment: (html) => editorFragment(html, images),
    toPlainText: plainText,
    undo: { documentSizeThreshold: 50_000, undoLimit: MAX_UNDO_STEPS },
    didError,
  });
}

/** A link is to the web, a mailbox or a telephone. */
export function linkAddress(typed: string): string | null {
  const text = typed.trim();
  if (/^(?:https?:\/\/|mailto:|tel:)\S+$/i.test(text)) return text;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return `mailto:${text}`;
  return /^[^\s:/]+\.[^\s:]+$/.test(text) ? `https://${text}` : null;
}
