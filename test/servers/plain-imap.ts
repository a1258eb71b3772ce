/** A plain IMAP client, line by line and without a memory: the other program that changes the mailbox while we look at it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface PlainAnswer {
  status: 'OK' | 'NO' | 'BAD';
  text: string;
  /** Untagged lines, without `* `. */
  lines: string[];
}

export class PlainImap {
  readonly #socket: Socket;
  #buffer = '';
  #tag = 0;
  #wake: () => void = () => undefined;
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#buffer += chunk;
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  static async open(port: number, user: string, password: string): Promise<PlainImap> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const client = new PlainImap(socket);
    await client.#line();
    await client.must(`LOGIN ${user} ${password}`);
    return client;
  }

  get alive(): boolean {
    return !this.#closed;
  }

  /** @throws when the connection is gone */
  async send(command: string): Promise<PlainAnswer> {
    this.#tag += 1;
    const tag = `P${this.#tag}`;
    this.#socket.write(Buffer.from(`${tag} ${command}\r\n`, 'latin1'));
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line();
      if (line.startsWith('* ')) lines.push(line.slice(2));
      if (!line.startsWith(`${tag} `)) continue;
      const [, status = 'BAD', text = ''] = /^\S+ (OK|NO|BAD) ?(.*)$/.exec(line) ?? [];
      return { status: status as PlainAnswer['status'], text, lines };
    }
  }

  /** @throws also on NO and BAD */
  async must(command: string): Promise<string[]> {
    const answer = await this.send(command);
    if (answer.status !== 'OK') throw new Error(`${command}: ${answer.status} ${answer.text}`);
    return answer.lines;
  }

  /** Only where LITERAL+ is offered. */
  append(mailbox: string, raw: string, flags = ''): Promise<PlainAnswer> {
    return this.send(`APPEND ${mailbox} (${flags}) {${Buffer.byteLength(raw, 'latin1')}+}\r\n${raw}`);
  }

  async uids(): Promise<number[]> {
    const lines = await this.must('UID SEARCH ALL');
    const found = lines.find((line) => line.startsWith('SEARCH')) ?? '';
    return found.split(' ').slice(1).map(Number);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#buffer.slice(0, end);
        this.#buffer = this.#buffer.slice(end + 2);
        return line;
      }
      if (this.#closed) throw new Error('the connection is gone');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
