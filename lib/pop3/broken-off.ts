/**
 * Messages at which sessions broke off. One that its server cannot give without losing the connection would keep back all
 * that are behind it: it is asked for last, and after some times not for a day.
 */
import { hasPassed } from '@/lib/clock';

/** Fewer than the failures after which an account is paused, more than a bad line has at one message. */
const MOST_TIMES = 4;
const REST_MS = 24 * 60 * 60 * 1000;

export class BrokenOff {
  readonly #times = new Map<string, { times: number; at: number }>();

  add(uidl: string, now: number): void {
    this.#times.set(uidl, { times: (this.#times.get(uidl)?.times ?? 0) + 1, at: now });
  }

  forget(uidl: string): void {
    this.#times.delete(uidl);
  }

  isAmong(uidl: string): boolean {
    return this.#times.has(uidl);
  }

  rests(uidl: string, now: number): boolean {
    const { times, at } = this.#times.get(uidl) ?? { times: 0, at: 0 };
    return times >= MOST_TIMES && !hasPassed(REST_MS, at, now);
  }
}
