/** IMAP (RFC 3501, 6851) with nothing around it: a command out, its answer in. What the server itself takes. */
import { Wire } from './wire';

export class RawImap {
  readonly #wire: Wire;
  #commands = 0;

  private constructor(wire: Wire) {
    this.#wire = wire;
  }

  static async signIn(port: number, user: string, password: string): Promise<RawImap> {
    const wire = await Wire.connect({ port });
    await wire.exchange('', (tail) => tail.endsWith('\r\n'));
    const imap = new RawImap(wire);
    await imap.command(`LOGIN ${user} ${password}`);
    return imap;
  }

  /** @throws when the server does not say OK */
  command(text: string): Promise<Buffer> {
    return this.#exchange(text, '');
  }

  /** The uids of a SEARCH. */
  async search(criteria: string): Promise<number[]> {
    const answer = (await this.command(`UID SEARCH ${criteria}`)).toString('latin1');
    const [, found = ''] = /^\* SEARCH(.*)$/m.exec(answer) ?? [];
    return found.split(' ').filter(Boolean).map(Number);
  }

  /** With a literal that waits for nothing (LITERAL+, RFC 7888). */
  append(mailbox: string, message: Buffer): Promise<Buffer> {
    return this.#exchange(
      `APPEND ${mailbox} (\\Seen) {${message.length}+}`,
      Buffer.concat([message, Buffer.from('\r\n')]),
    );
  }

  close(): void {
    this.#wire.close();
  }

  async #exchange(text: string, literal: Buffer | string): Promise<Buffer> {
    this.#commands += 1;
    const tag = `bench${this.#commands}`;
    const answer = await this.#wire.exchange(
      Buffer.concat([Buffer.from(`${tag} ${text}\r\n`), Buffer.from(literal)]),
      (tail) => tail.endsWith('\r\n') && tail.includes(`\r\n${tag} `),
    );
    const last = answer.subarray(-512).toString('latin1').split(`${tag} `).at(-1) ?? '';
    if (!last.startsWith('OK')) throw new Error(`IMAP ${text.split(' ')[0]}: ${last.trim()}`);
    return answer;
  }
}
