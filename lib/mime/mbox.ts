/**
 * Mailbox files (RFC 4155, the mboxrd kind): lines end in LF, each message begins with a `From ` line, and what looks like
 * one inside a message has `>` in front of it. Flags stand in `Status` and `X-Status`, as mail programs write them.
 */
import { ProtocolError } from '@/lib/errors';

const LF = 0x0a;
const CR = 0x0d;
/** A line of a message file; nobody's mail has longer ones, hostile files may. */
const MAX_LINE = 1024 ** 2;
const QUOTABLE = /^>*From /;
const OWN_FIELD = /^(Status|X-Status|X-Keywords): *(.*)$/;

export interface MboxMessage {
  raw: Buffer;
  keywords: string[];
}

/** A message longer than the limit: it is passed over. */
export interface Oversized {
  size: number;
}

const STATUS: [keyword: string, field: 'Status' | 'X-Status', letter: string][] = [
  ['$seen', 'Status', 'R'],
  ['$answered', 'X-Status', 'A'],
  ['$flagged', 'X-Status', 'F'],
  ['$draft', 'X-Status', 'T'],
];

/** Lines without their LF; a CR before it is left out. */
async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      rest.push(chunk.subarray(start, end));
      yield withoutCr(rest.length === 1 && rest[0] ? rest[0] : Buffer.concat(rest));
      rest = [];
      length = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      rest.push(Buffer.from(chunk.subarray(start)));
      length += chunk.length - start;
      if (length > MAX_LINE) throw new ProtocolError('limitExceeded', 'a line of the file is too long');
    }
  }
  if (length > 0) yield withoutCr(Buffer.concat(rest));
}

function withoutCr(line: Buffer): Buffer {
  return line[line.length - 1] === CR ? line.subarray(0, -1) : line;
}

export async function* toMbox(
  raw: AsyncIterable<Buffer>,
  { receivedAt, keywords }: { receivedAt: number; keywords: readonly string[] },
): AsyncGenerator<Buffer> {
  yield Buffer.from(`From MAILER-DAEMON ${asctime(receivedAt)}\n${ownFields(keywords)}`);
  for await (const line of linesOf(raw)) {
    const isQuoted = QUOTABLE.test(line.toString('latin1', 0, 256));
    yield isQuoted ? Buffer.concat([Buffer.from('>'), line, NEWLINE]) : Buffer.concat([line, NEWLINE]);
  }
  yield NEWLINE;
}

const NEWLINE = Buffer.from('\n');
const CRLF = Buffer.from('\r\n');

/** `Tue Nov  3 10:00:00 2026`, in UTC. */
function asctime(time: number): string {
  const [day, date, month, year, clock] = new Date(time).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${clock} ${year}`;
}

function ownFields(keywords: readonly string[]): string {
  const letters = (name: string) =>
    STATUS.filter(([keyword, field]) => field === name && keywords.includes(keyword))
      .map(([, , letter]) => letter)
      .join('');
  const others = keywords.filter((keyword) => !STATUS.some(([known]) => known === keyword));
  return [
    `Status: ${letters('Status')}O\n`,
    letters('X-Status') && `X-Status: ${letters('X-Status')}\n`,
    others.length > 0 && `X-Keywords: ${others.join(' ')}\n`,
  ]
    .filter(Boolean)
    .join('');
}

/** Message by message, with CRLF, in memory one at a time. */
export async function* readMbox(
  bytes: AsyncIterable<Buffer>,
  limit: number,
): AsyncGenerator<MboxMessage | Oversized> {
  let message: Reader | null = null;
  let afterBlank = true;
  for await (const line of linesOf(bytes)) {
    if (afterBlank && line.subarray(0, 5).toString('latin1') === 'From ') {
      if (message) yield message.finish();
      message = new Reader(limit);
      afterBlank = false;
      continue;
    }
    if (!message) throw new ProtocolError('protocolViolation', 'not a mailbox file');
    message.add(line);
    afterBlank = line.length === 0;
  }
  if (message) yield message.finish();
}

class Reader {
  readonly #limit: number;
  readonly #lines: Buffer[] = [];
  readonly #keywords = new Set<string>();
  readonly #fields = new Set<string>();
  #size = 0;
  /** An empty line: the one before the next `From ` is the file's. */
  #held = false;
  /** What stands before the message's own header is ours. */
  #isTop = true;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(line: Buffer): void {
    const own = this.#isTop ? OWN_FIELD.exec(line.toString('latin1', 0, 2_000)) : null;
    // The second of a name is the message's own.
    if (own?.[1] && !this.#fields.has(own[1])) {
      this.#flags(own[1], own[2] ?? '');
      return;
    }
    this.#isTop = false;
    if (this.#held) this.#push(line.subarray(0, 0));
    this.#held = line.length === 0;
    if (this.#held) return;
    const isQuoted = line[0] === 0x3e && QUOTABLE.test(line.toString('latin1', 1, 256));
    this.#push(isQuoted ? line.subarray(1) : line);
  }

  #push(line: Buffer): void {
    this.#size += line.length + 2;
    if (this.#size <= this.#limit) this.#lines.push(line, CRLF);
    else this.#lines.length = 0;
  }

  #flags(field: string, value: string): void {
    this.#fields.add(field);
    for (const [keyword, name, letter] of STATUS) {
      if (name === field && value.includes(letter)) this.#keywords.add(keyword);
    }
    if (field === 'X-Keywords') for (const word of value.split(' ').filter(Boolean)) this.#keywords.add(word);
  }

  finish(): MboxMessage | Oversized {
    if (this.#size > this.#limit) return { size: this.#size };
    return { raw: Buffer.concat(this.#lines), keywords: [...this.#keywords] };
  }
}
