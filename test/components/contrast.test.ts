/** page.md §3 promises ratios; this computes them from the colours that the page really has. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Palette = Record<string, string>;

const css = readFileSync('app/globals.css', 'utf8');
const root = css.slice(css.indexOf(':root {'), css.indexOf('@media (forced-colors'));

/** Declarations of the block that opens at `from`, without those of blocks inside. */
function declarations(from: number): Palette {
  const palette: Palette = {};
  let depth = 0;
  for (const line of root.slice(from).split('\n')) {
    const declaration = /^\s*--([\w-]+): (#[0-9a-f]{6});/.exec(line);
    if (declaration?.[1] && declaration[2] && depth === 1) palette[declaration[1]] = declaration[2];
    depth += line.split('{').length - line.split('}').length;
    if (depth === 0) break;
  }
  return palette;
}

const high = root.indexOf('@variant high');
const light = declarations(0);
const dark = { ...light, ...declarations(root.indexOf('@variant dark')) };
const highLight = { ...light, ...declarations(high) };
const highDark = { ...highLight, ...declarations(root.indexOf('@variant dark', high)) };

const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) =>
    channel(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const SURFACES = ['bg', 'pane', 'raised', 'hover', 'selected'];
const colour = (palette: Palette, name: string) => palette[name] ?? expect.fail(`no --${name}`);
const worst = (palette: Palette, name: string, on = SURFACES) =>
  Math.min(...on.map((surface) => contrast(colour(palette, name), colour(palette, surface))));

/** The table there is rounded to one decimal. */
const ROUNDING = 0.06;

const THEMES = { light, dark, 'high light': highLight, 'high dark': highDark };

/** page.md §3: worst contrast in light, dark, high light, high dark, to one decimal. */
const PROMISED: Record<string, [number, number, number, number]> = {
  text: [14.8, 10.7, 15.8, 13.6],
  'text-2': [6.6, 6.7, 15.8, 13.6],
  'text-3': [4.8, 4.9, 11.4, 10.3],
  control: [3.1, 3.1, 15.8, 13.6],
  accent: [5.2, 6.2, 7.5, 8.0],
  danger: [5.4, 7.6, 7.6, 9.0],
  warn: [6.4, 7.9, 9.1, 10.1],
  ok: [5.5, 7.6, 7.6, 10.1],
  star: [4.0, 7.0, 7.9, 10.1],
};

describe.each(Object.entries(THEMES))('%s', (name, palette) => {
  const index = Object.keys(THEMES).indexOf(name);

  it.each(Object.entries(PROMISED))('%s keeps its worst contrast on every surface', (token, promised) => {
    expect(worst(palette, token)).toBeGreaterThanOrEqual((promised[index] ?? 0) - ROUNDING);
  });

  it('text stands on its own fillings', () => {
    expect(contrast(colour(palette, 'on-accent'), colour(palette, 'accent'))).toBeGreaterThanOrEqual(4.5);
    expect(worst(palette, 'danger', ['danger-bg'])).toBeGreaterThanOrEqual(4.5);
    expect(worst(palette, 'warn', ['warn-bg'])).toBeGreaterThanOrEqual(4.5);
  });

  it('ten hues are readable as text and under text', () => {
    for (let hue = 1; hue <= 10; hue++) {
      expect(worst(palette, `hue-${hue}`)).toBeGreaterThanOrEqual(4.5);
      expect(worst(palette, 'on-hue', [`hue-${hue}`])).toBeGreaterThanOrEqual(4.5);
    }
  });
});
