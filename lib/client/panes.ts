/** Widths of the panes, kept per device in a cookie so that the server paints them right at once. */
export interface PaneWidths {
  folders: number;
  list: number;
}

export const PANE_LIMITS = {
  folders: { min: 180, max: 320, start: 224 },
  list: { min: 300, max: 560, start: 360 },
} as const;

export const PANES_COOKIE = 'gatepost-panes';

export function clampPane(pane: keyof PaneWidths, width: number): number {
  const { min, max } = PANE_LIMITS[pane];
  return Math.round(Math.min(max, Math.max(min, width)));
}

export function parsePanes(cookie: string | undefined): PaneWidths {
  const [folders, list] = (cookie ?? '').split('-').map(Number);
  const width = (pane: keyof PaneWidths, value: number | undefined) =>
    value ? clampPane(pane, value) : PANE_LIMITS[pane].start;
  return { folders: width('folders', folders), list: width('list', list) };
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

export async function savePanes({ folders, list }: PaneWidths): Promise<void> {
  await cookieStore.set({
    name: PANES_COOKIE,
    value: `${folders}-${list}`,
    path: '/',
    expires: Date.now() + YEAR_MS,
    sameSite: 'lax',
  });
}
