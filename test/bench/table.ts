/** The results as people read them. */
import { type Figures, isMet, type Row } from './measure';

const HEAD = ['what', 'budget', 'met', 'Gatepost p50 / p95', 'raw protocol p50 / p95', 'ratio'];

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

function cells(row: Row): string[] {
  const { what, budget, unit, gatepost, raw } = row;
  const ratio = raw && raw.p50 > 0 ? (gatepost.p50 / raw.p50).toFixed(2) : '';
  const met = { true: 'yes', false: 'no', null: '' }[`${isMet(row)}`];
  return [what, budget, met, pair(gatepost, unit), raw ? pair(raw, unit) : '', ratio];
}

function pair({ p50, p95, samples }: Figures, unit: Row['unit']): string {
  return samples > 1 ? `${short(p50)} / ${short(p95)} ${unit}` : `${short(p50)} ${unit}`;
}

function short(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
