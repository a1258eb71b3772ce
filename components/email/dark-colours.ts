/** Mail colours for a dark page: hue kept, lightness turned over where it would glare or vanish (page.md §3). */
export interface Rgba {
  r: number;
  g: number;
  b: number;
  a: number;
}

export function parseColour(css: string): Rgba | null {
  const parts = /^rgba?\(([^)]{1,64})\)$/
    .exec(css)?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  const [r, g, b, a = 1] = parts ?? [];
  return r === undefined || g === undefined || b === undefined || Number.isNaN(r + g + b + a)
    ? null
    : { r, g, b, a };
}

/** Relative luminance, WCAG 2. */
export function luminance({ r, g, b }: Rgba): number {
  const channel = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
}

const DARKEST = 0.08;

/** null: stays as it is. */
export function darkBackground(colour: Rgba): string | null {
  if (colour.a < 0.05 || luminance(colour) < 0.18) return null;
  const { h, s, l } = toHsl(colour);
  return hsl(h, Math.min(s, 0.5), DARKEST + (1 - l) * 0.35, colour.a);
}

/** On a background that is dark now, or was from the start. */
export function lightText(colour: Rgba): string | null {
  if (luminance(colour) > 0.35) return null;
  const { h, s, l } = toHsl(colour);
  return hsl(h, Math.min(s, 0.8), Math.max(0.72, 0.92 - l * 0.3), colour.a);
}

function toHsl({ r, g, b }: Rgba): { h: number; s: number; l: number } {
  const [red, green, blue] = [r / 255, g / 255, b / 255];
  const max = Math.max(red, green, blue);
  const min = Math.min(red, green, blue);
  const l = (max + min) / 2;
  const d = max - min;
  if (d === 0) return { h: 0, s: 0, l };
  const s = d / (1 - Math.abs(2 * l - 1));
  const sector =
    max === red ? ((green - blue) / d + 6) % 6 : max === green ? (blue - red) / d + 2 : (red - green) / d + 4;
  return { h: sector * 60, s, l };
}

const hsl = (h: number, s: number, l: number, a: number) =>
  `hsl(${Math.round(h)} ${Math.round(s * 100)}% ${Math.round(l * 100)}% / ${a})`;

/** Beyond this the mail keeps its colours: recolouring must not be felt. */
const MAX_ELEMENTS = 6_000;

export function recolour(root: HTMLElement): void {
  const view = root.ownerDocument.defaultView;
  const elements = [...root.querySelectorAll<HTMLElement>('*')].slice(0, MAX_ELEMENTS);
  if (!view) return;
  // Read all, then write all: one layout instead of one an element.
  const wanted = [root, ...elements].map((element) => {
    const style = view.getComputedStyle(element);
    const [text, back] = [parseColour(style.color), parseColour(style.backgroundColor)];
    return { element, text: text && lightText(text), back: back && darkBackground(back) };
  });
  for (const { element, text, back } of wanted) {
    if (text) element.style.setProperty('color', text, 'important');
    if (back) element.style.setProperty('background-color', back, 'important');
  }
}
