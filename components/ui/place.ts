/** Where a floating box stands beside its opener: below and start-aligned, turned over at the edges of the window. */
export type Side = 'below' | 'above';
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const GAP = 4;
const EDGE = 8;

export function place(
  opener: Box,
  float: { width: number; height: number },
  view: { width: number; height: number },
  wish: { side?: Side; align?: 'start' | 'end' | 'center'; rtl?: boolean } = {},
): { left: number; top: number } {
  const { side = 'below', align = 'start', rtl = false } = wish;
  const below = opener.y + opener.height + GAP;
  const above = opener.y - float.height - GAP;
  const fitsBelow = below + float.height + EDGE <= view.height;
  const fitsAbove = above >= EDGE;
  const top =
    side === 'below' ? (fitsBelow || !fitsAbove ? below : above) : fitsAbove || !fitsBelow ? above : below;
  const left = opener.x;
  const right = opener.x + opener.width - float.width;
  const start = rtl ? right : left;
  const end = rtl ? left : right;
  const wished = align === 'center' ? (left + right) / 2 : align === 'start' ? start : end;
  return {
    left: clamp(wished, EDGE, view.width - float.width - EDGE),
    top: clamp(top, EDGE, view.height - float.height - EDGE),
  };
}

const clamp = (value: number, min: number, max: number): number =>
  Math.max(min, Math.min(value, Math.max(min, max)));

/** Applies `place` to elements on the screen. */
export function placeElement(float: HTMLElement, opener: Element, wish?: Parameters<typeof place>[3]): void {
  const rtl = getComputedStyle(opener).direction === 'rtl';
  const size = { width: float.offsetWidth, height: float.offsetHeight };
  const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
  const { left, top } = place(opener.getBoundingClientRect(), size, view, { rtl, ...wish });
  float.style.left = `${left}px`;
  float.style.top = `${top}px`;
}
