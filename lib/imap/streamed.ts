/** A literal that is too large for memory, on its way to the server as fast as that one takes it. */
import type { Writable } from 'node:stream';
import { ProtocolError } from '@/lib/errors';

export interface Streamed {
  /** Of what `open` gives. */
  size: number;
  open(): AsyncIterable<Buffer>;
}

export interface Wire {
  readonly writeSocket: Writable | null;
  /** By which silence is told from work. */
  writeBytesCounter: number;
  write(line: string): void;
}

export class Sending {
  readonly #literal: Streamed;
  #state: 'waiting' | 'underWay' | 'done' = 'waiting';

  constructor(literal: Streamed) {
    this.#literal = literal;
  }

  get isUnderWay(): boolean {
    return this.#state === 'underWay';
  }

  /** After the server's `+`. @throws when the bytes cannot be read or are not as many as was said */
  async run(wire: Wire, onClose: (listener: () => void) => void): Promise<void> {
    const socket = wire.writeSocket;
    if (!socket || this.#state !== 'waiting') return;
    this.#state = 'underWay';
    let wake = (): void => undefined;
    const woken = () => wake();
    socket.on('drain', woken);
    onClose(woken);
    try {
      let left = this.#literal.size;
      for await (const chunk of this.#literal.open()) {
        if (socket.destroyed) return;
        left -= chunk.length;
        if (left < 0) break;
        wire.writeBytesCounter += chunk.length;
        if (!socket.write(chunk) && !socket.destroyed) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      if (left !== 0) throw new ProtocolError('protocolViolation', 'not as many bytes as were announced');
      this.#state = 'done';
      // Ends the command.
      wire.write('');
    } finally {
      socket.off('drain', woken);
    }
  }
}
