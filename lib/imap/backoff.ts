/** How long to wait before another connection after several failed in a row, with jitter (security.md R8). */

const PAUSES_MS = [
  ...[1_000, 2_000, 5_000, 15_000, 30_000],
  // A server that was away for some minutes is found again within one (R8); only then the pauses grow.
  ...[45_000, 45_000, 45_000, 45_000, 45_000, 45_000],
  ...[120_000, 300_000],
];

/** @param failures so far, in a row, the last one not counted */
export function pauseAfter(failures: number): number {
  const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0;
  return pause * (0.75 + Math.random() / 2);
}
