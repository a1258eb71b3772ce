/** Which account something is of, where several stand together: a 3 px edge; the name is always told beside it or by what is opened. */

/** Hues far from each other first. */
const HUES = [1, 6, 9, 3, 5, 10, 7, 2, 8, 4];

/** @param order of the account among the user's */
export function AccountEdge({ order }: { order: number }) {
  return (
    <span
      aria-hidden="true"
      className="absolute inset-y-0 start-0 w-0.75 forced-colors:bg-[CanvasText]!"
      style={{ background: `var(--hue-${HUES[order % HUES.length]})` }}
    />
  );
}
