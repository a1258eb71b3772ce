/** One toast at a time (page.md §8): results of actions only. Holds keys of the catalogue; components/ui shows them. */
export interface Toast {
  id: number;
  tone: 'info' | 'error';
  /** Full key in messages/*.json, `toast.archived`. */
  message: string;
  values: Record<string, string | number>;
  /** The server's own words: folded, inert. */
  detail: string | undefined;
  undo: (() => void) | undefined;
}

export type NewToast = Pick<Toast, 'message'> & Partial<Omit<Toast, 'id' | 'message'>>;

export const TOAST_MS = 10_000;

export class Toasts {
  #current: Toast | null = null;
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  current = (): Toast | null => this.#current;

  show({ message, tone = 'info', values = {}, detail, undo }: NewToast): void {
    this.#lastId += 1;
    this.#set({ id: this.#lastId, message, tone, values, detail, undo });
    this.resume();
  }

  dismiss = (): void => {
    clearTimeout(this.#timer);
    this.#set(null);
  };

  /** Hovered or focused: it waits. */
  pause = (): void => clearTimeout(this.#timer);

  resume = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.dismiss, TOAST_MS);
  };

  #set(toast: Toast | null): void {
    this.#current = toast;
    for (const listener of this.#listeners) listener();
  }
}
