/** What was said of one mail, for its delivery timeline. It begins after the sign-in, so it holds no secret. */

export interface WireLine {
  /** Epoch ms. */
  at: number;
  from: 'client' | 'server';
  /** All lines of a reply. */
  text: string;
}

/** A thousand recipients and their replies; what is beyond is left out. */
const MAX_LINES = 2_100;
const MAX_TEXT = 500;

interface LoggerEntry {
  tnx?: string;
}

export class Transcript {
  #lines: WireLine[] | null = null;

  /** As nodemailer calls it with `transactionLog`. */
  readonly logger = {
    trace: ignore,
    debug: (entry: LoggerEntry, text?: string) => this.#note(entry, text ?? ''),
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
  };

  /** From now on into a list of its own. */
  begin(): WireLine[] {
    this.#lines = [];
    return this.#lines;
  }

  #note({ tnx }: LoggerEntry, text: string): void {
    if (!this.#lines || this.#lines.length >= MAX_LINES || (tnx !== 'client' && tnx !== 'server')) return;
    this.#lines.push({ at: Date.now(), from: tnx, text: text.slice(0, MAX_TEXT) });
  }
}

function ignore(): void {
  // The rest of what the library tells is of connections, not of this mail.
}
