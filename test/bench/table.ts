/** The results as people read them. */
import type { Figures, Row } from './measure';

const HEAD = ['what', 'budget', 'Gatepost p50 / p95', 'raw protocol p50 / p95', 'ratio'];

export function formatTable(rows: Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const text = (line: string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    text(HEAD),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map((row) => text(cells(row))),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function cells({ what, budget, unit, gatepost, raw }: Row): string[] {
  const ratio = raw && raw.p50 > 0 ? (gatepost.p50 / raw.p50).toFixed(2) : '';
  return [what, budget, pair(gatepost, unit), raw ? pair(raw, unit) : '', ratio];
}

function pair({ p50, p95, samples }: Figures, unit: Row['unit']): string {
  return samples > 1 ? `${short(p50)} / ${short(p95)} ${unit}` : `${short(p50)} ${unit}`;
}

function short(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
