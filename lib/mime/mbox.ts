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

/** Given out so much at a time: a promise for each line would cost more than the line. */
const CHUNK = 64 * 1024;

export interface MboxMessage {
  keywords: string[];
  /** With CRLF. To be read, or left, before the next message is asked for. */
  bytes: AsyncGenerator<Buffer>;
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

/** Message by message, each in pieces: however large one is, no more than a line of it is held. @throws protocolViolation */
export async function* readMbox(bytes: AsyncIterable<Buffer>): AsyncGenerator<MboxMessage> {
  const pieces = piecesOf(bytes, MAX_PIECE);
  const cursor = new Cursor(pieces);
  try {
    await cursor.next();
    if (cursor.piece && !cursor.isSeparator)
      throw new ProtocolError('protocolViolation', 'not a mailbox file');
    while (cursor.piece) {
      do await cursor.next();
      while (cursor.piece && !cursor.piece.isFirst);
      yield { keywords: await readKeywords(cursor), bytes: messageAt(cursor) };
      while (cursor.inMessage) await cursor.next();
    }
  } finally {
    await pieces.return(undefined);
  }
}

/** Where a file is read. */
class Cursor {
  /** null: it has ended. */
  piece: Piece | null = null;
  readonly #pieces: AsyncGenerator<Piece>;
  #afterBlank = true;

  constructor(pieces: AsyncGenerator<Piece>) {
    this.#pieces = pieces;
  }

  async next(): Promise<void> {
    if (this.piece) this.#afterBlank = isBlank(this.piece);
    const { value, done } = await this.#pieces.next();
    this.piece = done ? null : value;
  }

  get isSeparator(): boolean {
    if (!this.#afterBlank || !this.piece?.isFirst) return false;
    return this.piece.bytes.toString('latin1', 0, 5) === 'From ';
  }

  get inMessage(): boolean {
    return this.piece !== null && !this.isSeparator;
  }
}

function isBlank({ bytes, isFirst, isLast }: Piece): boolean {
  return isFirst && isLast && bytes.length === 0;
}

/** What stands before the message's own header is ours; the second of a name is the message's own. */
async function readKeywords(cursor: Cursor): Promise<string[]> {
  const keywords = new Set<string>();
  for (const fields = new Set<string>(); cursor.inMessage; await cursor.next()) {
    const [, field, value = ''] =
      OWN_FIELD.exec(cursor.piece?.bytes.toString('latin1', 0, 2_000) ?? '') ?? [];
    if (field === undefined || fields.has(field)) break;
    fields.add(field);
    for (const [keyword, name, letter] of STATUS) {
      if (name === field && value.includes(letter)) keywords.add(keyword);
    }
    if (field === 'X-Keywords') for (const word of value.split(' ').filter(Boolean)) keywords.add(word);
  }
  return [...keywords];
}

/** Up to the next one. The empty line before that is the file's. */
async function* messageAt(cursor: Cursor): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  const take = (bytes: Buffer) => {
    held.push(bytes);
    size += bytes.length;
  };
  for (let afterBlank = false; cursor.piece && cursor.inMessage; await cursor.next()) {
    const { bytes, isFirst, isLast } = cursor.piece;
    if (afterBlank) take(CRLF);
    afterBlank = isBlank(cursor.piece);
    if (afterBlank) continue;
    const isQuoted = isFirst && bytes[0] === QUOTE[0] && QUOTABLE.test(bytes.toString('latin1', 1, 256));
    take(isQuoted ? bytes.subarray(1) : bytes);
    if (isLast) take(CRLF);
    if (size < CHUNK) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}
