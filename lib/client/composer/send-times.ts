/** Moments to send at, in the clock of the device. Pure. */

/** As long as the gateway holds a message (RFC 8621 §1.3.2, maxDelayedSend). */
export const MAX_AHEAD_MS = 30 * 24 * 60 * 60 * 1000;

const MORNING = 8;
const EVENING = 18;

export interface Moment {
  name: 'evening' | 'tomorrow' | 'monday';
  at: Date;
}

export function suggestedMoments(now: Date): Moment[] {
  const evening = dayAt(now, 0, EVENING);
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  return [
    // An hour before it, "this evening" is now.
    ...(evening.getTime() - now.getTime() > 3_600_000 ? [{ name: 'evening' as const, at: evening }] : []),
    { name: 'tomorrow', at: dayAt(now, 1, MORNING) },
    ...(untilMonday > 1 ? [{ name: 'monday' as const, at: dayAt(now, untilMonday, MORNING) }] : []),
  ];
}

function dayAt(now: Date, days: number, hour: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
}

/** `2026-11-23T08:00`, as the platform's field takes it. */
export function inputValue(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

export function momentOf(value: string): Date | null {
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
