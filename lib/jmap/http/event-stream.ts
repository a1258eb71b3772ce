/** The EventSource resource (RFC 8620 §7.3): state changes of a user's accounts as they happen. */
import type { Hub } from '@/lib/account/hub';
import { encodeStates, merge, missed, only, type States } from './state-vector';

export interface EventStreamOptions {
  hub: Hub;
  userId: string;
  /** null: all. */
  types: ReadonlySet<string> | null;
  closeAfterState: boolean;
  /** 0: none. */
  pingSeconds: number;
  lastEventId: string | null;
  /** The states after the stream began to listen, so that nothing falls between. */
  currentStates(): Promise<States>;
  /** Told how to end the stream; gives back what to do when it has ended. */
  onOpen(end: () => void): Promise<() => void>;
}

/** Events that a client has not taken: it is gone or stuck, and may come back with its last id. */
const MAX_WAITING = 64;
const encoder = new TextEncoder();

export function eventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const stream = new EventStream(options);
  return new ReadableStream<Uint8Array>({
    start: (controller) => stream.start(controller),
    cancel: () => stream.close(),
  });
}

class EventStream {
  readonly #options: EventStreamOptions;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #states: States = {};
  #cleanUp: (() => void)[] = [];

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  async start(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#controller = controller;
    try {
      await this.#begin();
    } catch (error) {
      // Whoever went on listening here would keep what is published from the others of this user.
      this.close();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const { hub, userId, lastEventId, pingSeconds, closeAfterState, currentStates, onOpen } = this.#options;
    // Some proxies hold an answer back until its first bytes; browsers fire `open` with the head.
    this.#write(': open\n\n');
    const unlisten = hub.listen(userId, {
      onChange: ({ changed }) => this.#tell(changed),
      onEnd: () => this.#end(),
    });
    this.#cleanUp.push(unlisten);
    if (pingSeconds > 0) {
      const timer = setInterval(() => this.#ping(pingSeconds), pingSeconds * 1000);
      this.#cleanUp.push(() => clearInterval(timer));
    }
    const stopWatching = await onOpen(() => this.#end());
    if (this.#controller) this.#cleanUp.push(stopWatching);
    else stopWatching();
    const now = await currentStates();
    this.#states = merge(now, this.#states);
    // Without an id the client has just opened the page: it learns where things stand, unless it waits for one change only.
    if (lastEventId !== null) this.#tell(missed(lastEventId, now));
    else if (!closeAfterState) this.#tell(now);
  }

  close(): void {
    this.#controller = null;
    for (const work of this.#cleanUp.splice(0)) work();
  }

  #tell(changed: States): void {
    this.#states = merge(this.#states, changed);
    const wanted = only(changed, this.#options.types);
    if (Object.keys(wanted).length === 0) return;
    const data = JSON.stringify({ '@type': 'StateChange', changed: wanted });
    const id = encodeStates(this.#states);
    this.#write(`${id === '' ? '' : `id: ${id}\n`}event: state\ndata: ${data}\n\n`);
    if (this.#options.closeAfterState) this.#end();
  }

  /** RFC 8620 §7.3: a ping sets no id. */
  #ping(interval: number): void {
    this.#write(`event: ping\ndata: ${JSON.stringify({ interval })}\n\n`);
  }

  #write(text: string): void {
    if (!this.#controller) return;
    this.#controller.enqueue(encoder.encode(text));
    if ((this.#controller.desiredSize ?? 0) < -MAX_WAITING) this.#end();
  }

  #end(): void {
    const controller = this.#controller;
    this.close();
    controller?.close();
  }
}
