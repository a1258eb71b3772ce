/** Of several tabs one announces: the one that had the focus last, for it knows what is being looked at. */
const LOCK = 'gatepost-notify';

export class Turn {
  #state: 'waiting' | 'taking' | 'mine' = 'waiting';
  #wait = new AbortController();
  #end = () => {};

  get mine(): boolean {
    return this.#state === 'mine';
  }

  start(): () => void {
    const take = () => this.#take();
    window.addEventListener('focus', take);
    if (document.hasFocus()) take();
    else this.#queue();
    return () => {
      window.removeEventListener('focus', take);
      this.#state = 'waiting';
      this.#wait.abort();
      this.#end();
    };
  }

  #take(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'taking';
    this.#wait.abort();
    this.#hold({ steal: true });
  }

  /** Whoever has it may be closed. */
  #queue(): void {
    this.#state = 'waiting';
    this.#wait = new AbortController();
    this.#hold({ signal: this.#wait.signal });
  }

  #hold(options: LockOptions): void {
    const held = () => {
      this.#state = 'mine';
      return new Promise<void>((end) => {
        this.#end = end;
      });
    };
    navigator.locks.request(LOCK, options, held).catch(() => {
      // Another tab took it; what was called off while it waited needs nothing more.
      if (this.#state === 'mine') this.#queue();
    });
  }
}
