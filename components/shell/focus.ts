/** Where focus goes: one stop a pane (page.md §9), never to `body`. */
const PANES = ['folders', 'search', 'list', 'mail'] as const;
export type Pane = (typeof PANES)[number];

/** Each pane marks with `data-pane-focus` what takes the focus in it. */
export function focusPane(pane: Pane): boolean {
  const target = [...document.querySelectorAll<HTMLElement>(`[data-pane-focus="${pane}"]`)].find(isShown);
  // Rows of a virtual list come a frame later than the cursor.
  if (pane === 'list')
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-pane-focus="list"]')?.focus());
  target?.focus();
  return target !== undefined;
}

/** F6: the next pane that is on the screen. */
export function nextPane(by: 1 | -1): void {
  const current = document.activeElement?.closest<HTMLElement>('[data-pane]')?.dataset.pane;
  const from = (PANES as readonly (string | undefined)[]).indexOf(current);
  for (let step = 1; step <= PANES.length; step += 1) {
    const pane = PANES[(from + by * step + PANES.length * 2) % PANES.length];
    if (pane && focusPane(pane)) return;
  }
}

const isShown = (element: HTMLElement) => element.offsetParent !== null;
