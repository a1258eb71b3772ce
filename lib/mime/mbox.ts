/**
 * Mailbox files (RFC 4155, the mboxrd kind): lines end in LF, each message begins with a `From ` line, and what looks like
 * one inside a message has `>` in front of it. Flags stand in `Status` and `X-Status`, as mail programs write them.
 */
import { ProtocolError } from '@/lib/errors';

const LF = 0x0a;
const CR = 0x0d;
/** So much of a line is held while a file is written: some mail has its attachments in one. */
const MAX_PIECE = 1024 ** 2;
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

interface Piece {
  bytes: Buffer;
  /** Of a line. */
  isFirst: boolean;
  isLast: boolean;
}

/** Lines without their LF; a CR before it is left out. What is longer than `most` comes in pieces. */
async function* piecesOf(bytes: AsyncIterable<Buffer>, most: number): AsyncGenerator<Piece> {
  let rest: Buffer[] = [];
  let length = 0;
  let isFirst = true;
  const taken = (): Buffer => {
    const whole = rest.length === 1 && rest[0] ? rest[0] : Buffer.concat(rest);
    rest = [];
    length = 0;
    return whole;
  };
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      rest.push(chunk.subarray(start, end));
      yield { bytes: withoutCr(taken()), isFirst, isLast: true };
      isFirst = true;
      start = end + 1;
    }
    if (start < chunk.length) {
      rest.push(Buffer.from(chunk.subarray(start)));
      length += chunk.length - start;
    }
    if (length <= most) continue;
    const piece = taken();
    // The CR of a line's end may have come before its LF.
    const kept = withoutCr(piece);
    yield { bytes: kept, isFirst, isLast: false };
    isFirst = false;
    if (kept.length < piece.length) rest.push(piece.subarray(kept.length));
    length = piece.length - kept.length;
  }
  if (length > 0 || !isFirst) yield { bytes: withoutCr(taken()), isFirst, isLast: true };
}

function withoutCr(line: Buffer): Buffer {
  return line[line.length - 1] === CR ? line.subarray(0, -1) : line;
}

export async function* toMbox(
  raw: AsyncIterable<Buffer>,
  { receivedAt, keywords }: { receivedAt: number; keywords: readonly string[] },
): AsyncGenerator<Buffer> {
  yield Buffer.from(`From MAILER-DAEMON ${asctime(receivedAt)}\n${ownFields(keywords)}`);
  for await (const { bytes, isFirst, isLast } of piecesOf(raw, MAX_PIECE)) {
    const isQuoted = isFirst && QUOTABLE.test(bytes.toString('latin1', 0, 256));
    yield Buffer.concat([isQuoted ? QUOTE : NOTHING, bytes, isLast ? NEWLINE : NOTHING]);
  }
  yield NEWLINE;
}

const QUOTE = Buffer.from('>');
const NOTHING = Buffer.alloc(0);
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
  for await (const { bytes: line, isFirst, isLast } of piecesOf(bytes, limit)) {
    if (isFirst && afterBlank && line.subarray(0, 5).toString('latin1') === 'From ') {
      if (message) yield message.finish();
      message = new Reader(limit);
      afterBlank = false;
      continue;
    }
    if (!message) throw new ProtocolError('protocolViolation', 'not a mailbox file');
    // A line in pieces is longer than a message may be.
    message.add(line);
    afterBlank = isFirst && isLast && line.length === 0;
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
