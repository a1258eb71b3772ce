/** A socket that sends a request and waits for the end of its answer: all that the raw protocol clients have in common. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Enough to hold the last line of any answer. */
const TAIL = 512;

interface WireOptions {
  port: number;
  /** Encrypted from the first byte, against this authority. */
  ca?: Buffer;
}

/** @param tail the last bytes received, as latin1, after an imagined line end; `chunk` is what came just now */
type IsEnd = (tail: string, chunk: Buffer) => boolean;

export class Wire {
  readonly #socket: Socket;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;
  #received: Buffer[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#received.push(chunk);
      this.#wake?.();
    });
    const fail = (error: Error) => {
      this.#failure ??= error;
      this.#wake?.();
    };
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the server closed the connection')));
  }

  static connect({ port, ca }: WireOptions): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const opened = () => {
        socket.off('error', reject);
        resolve(new Wire(socket));
      };
      const socket = ca
        ? connectTls({ host: 'localhost', port, ca }, opened)
        : connectPlain({ host: '127.0.0.1', port }, opened);
      socket.once('error', reject);
    });
  }

  /** One exchange at a time. Resolves with everything that came until the end. */
  async exchange(bytes: Buffer | string, isEnd: IsEnd): Promise<Buffer> {
    if (bytes.length > 0) this.#socket.write(bytes);
    const answer: Buffer[] = [];
    let tail = '\r\n';
    for (;;) {
      for (const chunk of this.#received.splice(0)) {
        answer.push(chunk);
        tail = (tail + chunk.subarray(-TAIL).toString('latin1')).slice(-TAIL);
        if (isEnd(tail, chunk)) return Buffer.concat(answer);
      }
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
