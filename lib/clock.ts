/** Clocks are set, forwards and back: what seems to be in the future has not happened, and nobody waits for it. */
export function hasPassed(ms: number, since: number, now = Date.now()): boolean {
  return since > now || now - since >= ms;
}
