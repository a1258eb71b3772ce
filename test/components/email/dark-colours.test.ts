import { expect, it } from 'vitest';
import {
  darkBackground,
  lightText,
  luminance,
  parseColour,
  type Rgba,
} from '@/components/email/dark-colours';

const contrast = (a: Rgba, b: Rgba) => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

/** hsl() as the module writes it. */
function fromHsl(css: string): Rgba {
  const [h = 0, s = 0, l = 0] = (css.match(/[\d.]+/g) ?? []).map(Number);
  const channel = (n: number) => {
    const k = (n + h / 30) % 12;
    return (
      255 * (l / 100 - (s / 100) * Math.min(l / 100, 1 - l / 100) * Math.max(-1, Math.min(k - 3, 9 - k, 1)))
    );
  };
  return { r: channel(0), g: channel(8), b: channel(4), a: 1 };
}

const grid = [0, 64, 128, 192, 255].flatMap((r) =>
  [0, 64, 128, 192, 255].flatMap((g) => [0, 64, 128, 192, 255].map((b) => ({ r, g, b, a: 1 }))),
);

it('light backgrounds become dark ones on which white words can be read', () => {
  for (const colour of grid) {
    const dark = darkBackground(colour);
    expect(
      contrast({ r: 232, g: 234, b: 239, a: 1 }, dark ? fromHsl(dark) : colour),
      JSON.stringify(colour),
    ).toBeGreaterThan(4.5 * 0.6);
  }
  expect(luminance(fromHsl(darkBackground({ r: 255, g: 255, b: 255, a: 1 }) ?? ''))).toBeLessThan(0.02);
});

it('dark words become light ones on the page of the dark theme', () => {
  for (const colour of grid) {
    const light = lightText(colour);
    expect(
      contrast(light ? fromHsl(light) : colour, { r: 16, g: 18, b: 22, a: 1 }),
      JSON.stringify(colour),
    ).toBeGreaterThan(4.5);
  }
});

it('what is transparent or dark already stays', () => {
  expect(darkBackground({ r: 255, g: 255, b: 255, a: 0 })).toBeNull();
  expect(darkBackground({ r: 20, g: 20, b: 40, a: 1 })).toBeNull();
  expect(parseColour('rgb(1, 2, 3)')).toEqual({ r: 1, g: 2, b: 3, a: 1 });
  expect(parseColour('color(srgb 1 0 0)')).toBeNull();
});
