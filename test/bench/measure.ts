/** Times, and what is told of them. */
import { readFile } from 'node:fs/promises';

export interface Figures {
  p50: number;
  p95: number;
  samples: number;
}

export interface Row {
  what: string;
  /** As it was set; empty: none is stated. */
  budget: string;
  /** The same for the machine: at most at the median and at the 95th percentile, at least at the median. */
  p50?: number;
  p95?: number;
  least?: number;
  unit: 'ms' | 's' | 'MB/s' | 'messages/s' | 'actions/s' | 'KB' | 'MB' | 'requests';
  gatepost: Figures;
  /** The bare protocol on the same data in the same run. */
  raw?: Figures;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function figures(values: number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), samples: values.length };
}

/** By turns, so that whatever else the machine does falls on both. */
export async function compare(
  count: number,
  gatepost: (i: number) => Promise<unknown>,
  raw: (i: number) => Promise<unknown>,
): Promise<{ gatepost: Figures; raw: Figures }> {
  const times: { gatepost: number[]; raw: number[] } = { gatepost: [], raw: [] };
  for (let i = 0; i < count; i += 1) {
    times.raw.push(await timed(() => raw(i)));
    times.gatepost.push(await timed(() => gatepost(i)));
  }
  return { gatepost: figures(times.gatepost), raw: figures(times.raw) };
}

/** Asks again until the answer is yes; `every` in ms, 0: as often as it goes. */
export async function until(
  isSo: () => Promise<boolean> | boolean,
  every: number,
  limitMs: number,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

/** null: no budget is stated. */
export function isMet({ p50, p95, least, gatepost }: Row): boolean | null {
  if (p50 === undefined && p95 === undefined && least === undefined) return null;
  return (
    gatepost.p50 <= (p50 ?? Infinity) && gatepost.p95 <= (p95 ?? Infinity) && gatepost.p50 >= (least ?? 0)
  );
}

export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
