/**
 * What the connections of an account do, for the person whose account it is: which are open, what was slow, and the commands
 * of the last minutes without what was read, written, searched for or signed in with.
 */
import { MailError } from '@/lib/errors';
import { isList, type Node, type TokenList } from './tokens';

const KEPT_MS = 10 * 60_000;
const KEPT_LINES = 300;
const KEPT_SLOW = 20;
const SLOW_MS = 1_000;
const MAX_WORDS = 160;

/** `watch` stands in IDLE. */
export type ConnectionUse = 'interactive' | 'bulk' | 'watch';

export interface ConnectionNote {
  number: number;
  use: ConnectionUse;
  /** Epoch ms. */
  since: number;
}

export interface CommandNote {
  /** Epoch ms of its end. */
  at: number;
  connection: number;
  /** `UID FETCH 1:50 (UID FLAGS)`; `connect`, `close`. */
  command: string;
  ms: number;
  /** `OK`, the code of the failure, or null for what is no command. */
  result: string | null;
}

export class Transcript {
  readonly #connections = new Map<number, ConnectionNote>();
  #lines: CommandNote[] = [];
  #slow: CommandNote[] = [];
  #last = 0;

  /** A connection is being opened. @returns its number */
  begin(): number {
    this.#last += 1;
    return this.#last;
  }

  opened(connection: number, use: ConnectionUse, since: number): void {
    this.#connections.set(connection, { number: connection, use, since: Date.now() });
    this.#note({ connection, command: 'connect', ms: Date.now() - since, at: Date.now(), result: 'OK' });
  }

  refused(connection: number, since: number, error: unknown): void {
    const note = { connection, command: 'connect', ms: Date.now() - since, at: Date.now() };
    this.#note({ ...note, result: codeOf(error) });
  }

  closed(connection: number): void {
    if (!this.#connections.delete(connection)) return;
    this.#note({ connection, command: 'close', ms: 0, at: Date.now(), result: null });
  }

  async command<T>(connection: number, name: string, tokens: TokenList, work: () => Promise<T>): Promise<T> {
    const since = Date.now();
    const command = describe(name, tokens);
    const done = (result: string) =>
      this.#note({ connection, command, ms: Date.now() - since, at: Date.now(), result });
    try {
      const value = await work();
      done('OK');
      return value;
    } catch (error) {
      done(codeOf(error));
      throw error;
    }
  }

  /** Newest last. */
  read(): { connections: ConnectionNote[]; slow: CommandNote[]; log: CommandNote[] } {
    const since = Date.now() - KEPT_MS;
    this.#lines = this.#lines.filter(({ at }) => at >= since);
    return { connections: [...this.#connections.values()], slow: [...this.#slow], log: [...this.#lines] };
  }

  #note(note: CommandNote): void {
    this.#lines.push(note);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    // IDLE waits on purpose.
    if (note.ms < SLOW_MS || note.command === 'IDLE') return;
    this.#slow.push(note);
    if (this.#slow.length > KEPT_SLOW) this.#slow.shift();
  }
}

/** Atoms and sets as they are; of strings only that they were there. */
function describe(name: string, tokens: TokenList): string {
  const words = [name, ...tokens.map(word)].join(' ');
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)} …` : words;
}

function word(node: Node): string {
  if (node === null) return 'NIL';
  if (isList(node)) return `(${node.map(word).join(' ')})`;
  if (node.type === 'LITERAL') return `{${Buffer.byteLength(String(node.value ?? ''))}}`;
  if (node.type !== 'ATOM' && node.type !== 'SEQUENCE') return '"…"';
  const section = node.section ? `[${node.section.map(word).join(' ')}]` : '';
  return `${node.value ?? ''}${section}${node.partial ? `<${node.partial.join('.')}>` : ''}`;
}

function codeOf(error: unknown): string {
  return error instanceof MailError ? error.code : 'error';
}
