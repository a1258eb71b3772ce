/**
 * Frames for mail HTML (design, decision 6): sandboxed, without scripts, each with the empty document that has its own policy. Loading that
 * document takes longer than filling it, so one is always loaded ahead, and moved to where it is needed.
 */
import { whenIdle } from '@/lib/client/idle';

const LOADED = 'data-loaded';

let spare: HTMLIFrameElement | null = null;

function newFrame(): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-same-origin allow-popups allow-popups-to-escape-sandbox');
  frame.referrerPolicy = 'no-referrer';
  frame.className = 'block size-full border-0';
  frame.src = '/frame.html';
  frame.addEventListener('load', () => frame.setAttribute(LOADED, ''));
  return frame;
}

/** Where a browser cannot move a frame without loading it again, there is nothing to gain. */
export function prepareFrame(): void {
  if (spare || !('moveBefore' in Element.prototype)) return;
  spare = newFrame();
  const box = document.createElement('div');
  box.hidden = true;
  box.append(spare);
  document.body.prepend(box);
}

/** A frame in the box; `onLoad` is told of each document that it gets, at once if it has one. @returns what takes it away */
export function placeFrame(
  box: HTMLElement,
  title: string,
  onLoad: (document: Document) => void,
): () => void {
  const ready = spare?.hasAttribute(LOADED) && spare.isConnected ? spare : null;
  const frame = ready ?? newFrame();
  frame.title = title;
  const told = () => frame.contentDocument && onLoad(frame.contentDocument);
  frame.addEventListener('load', told);
  if (ready) {
    const before = ready.parentElement;
    spare = null;
    box.moveBefore(ready, null);
    before?.remove();
    told();
    whenIdle(prepareFrame);
  } else box.append(frame);
  return () => frame.remove();
}
