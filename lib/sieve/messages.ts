/** What a ManageSieve server says, line by line (RFC 5804 §1.2, §1.3). */
export type Token = { kind: 'string'; value: string } | { kind: 'atom'; value: string };

/** A line of data: a capability, a script's name, a script. */
export interface DataLine {
  kind: 'data';
  tokens: Token[];
}

/** The line that ends an answer. */
export interface StatusLine {
  kind: 'ok' | 'no' | 'bye';
  /** `QUOTA/MAXSIZE`, `NONEXISTENT`, `WARNINGS` ... upper case; null when none is given. */
  code: string | null;
  text: string;
}

export type Line = DataLine | StatusLine;

export interface Reply {
  status: StatusLine;
  lines: Token[][];
}
