/** One EventSource (RFC 8620 §7.3) that survives sleep, hidden tabs and lost links. */
import type { StateChange } from '@/lib/jmap/types';

const PING_SECONDS = 30;
/** Two pings missed: the stream is dead, whatever the socket says (a phone that slept tells nothing). */
const SILENCE_MS = 2.5 * PING_SECONDS * 1000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

export interface EventListener {
  changed(change: StateChange): void;
  /** Open after it was not: something may have been missed. */
  opened(): void;
  lost(): void;
}

export class Events {
  #source: EventSource | null = null;
  #heard = 0;
  #retryMs = FIRST_RETRY_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly urlTemplate: string,
    private readonly listener: EventListener,
  ) {}

  start(): () => void {
    this.#open();
    this.#watch = setInterval(() => this.#check(), SILENCE_MS / 2);
    const wake = () => this.#wake();
    document.addEventListener('visibilitychange', wake);
    // The browser knows before any socket does.
    const gone = () => this.#failed();
    window.addEventListener('online', wake);
    window.addEventListener('offline', gone);
    window.addEventListener('pageshow', wake);
    return () => {
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
      window.removeEventListener('offline', gone);
      window.removeEventListener('pageshow', wake);
      clearInterval(this.#watch);
      this.#close();
    };
  }

  #open(): void {
    this.#close();
    const source = new EventSource(eventsUrl(this.urlTemplate));
    this.#source = source;
    this.#heard = Date.now();
    source.addEventListener('open', () => {
      this.#heard = Date.now();
      this.#retryMs = FIRST_RETRY_MS;
      this.listener.opened();
    });
    source.addEventListener('ping', () => {
      this.#heard = Date.now();
    });
    source.addEventListener('state', (event) => {
      this.#heard = Date.now();
      this.listener.changed(JSON.parse(event.data) as StateChange);
    });
    source.addEventListener('error', () => this.#failed());
  }

  /** The browser gives up for good on an HTTP error, and retries at its own pace else: we keep the pace. */
  #failed(): void {
    this.#close();
    this.listener.lost();
    this.#retry = setTimeout(() => this.#open(), this.#retryMs * (0.5 + Math.random()));
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #wake(): void {
    if (document.visibilityState === 'hidden') return;
    this.#retryMs = FIRST_RETRY_MS;
    if (this.#source?.readyState === EventSource.OPEN && Date.now() - this.#heard < SILENCE_MS) return;
    this.#open();
  }

  #check(): void {
    if (this.#source && Date.now() - this.#heard > SILENCE_MS) this.#open();
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }
}

function eventsUrl(template: string): string {
  const values: Record<string, string> = { types: '*', closeafter: 'no', ping: String(PING_SECONDS) };
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}
