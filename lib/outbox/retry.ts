/** When a message that was put off is tried again (security.md R4). */
const MINUTE = 60_000;
const STEPS = [1, 5, 15, 60, 120, 240].map((minutes) => minutes * MINUTE);
const GIVE_UP_AFTER = 24 * 60 * MINUTE;

/**
 * @returns epoch ms of the next try, or null when a day of trying is over. `attempts` counts those made, from 1. `limit`: seconds
 * for which the server takes nothing.
 */
export function nextTry(
  attempts: number,
  sendAt: number,
  now: number,
  limit: number | null = null,
): number | null {
  const step = STEPS[Math.min(attempts, STEPS.length) - 1] ?? MINUTE;
  const at = now + (limit === null ? step : limit * 1000);
  return at - sendAt > GIVE_UP_AFTER ? null : at;
}
