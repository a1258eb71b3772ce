import { describe, expect, it } from 'vitest';
import type { ReplyEvent } from '@/lib/pop3/messages';
import { Pop3Parser, type ReplyShape } from '@/lib/pop3/parser';

interface Reply {
  status: string;
  body: string | null;
}

/** Parses `wire`, given in the pieces that `cuts` make, into whole replies; bytes as latin1. */
function replies(wire: Buffer, shapes: ReplyShape[], cuts: number[]): Reply[] {
  const parser = new Pop3Parser(512);
  for (const shape of shapes) parser.expect(shape);
  const all: Reply[] = [];
  let from = 0;
  for (const cut of [...cuts, wire.length]) {
    parser.push(wire.subarray(from, cut));
    from = cut;
    for (let event = parser.next(); event; event = parser.next()) take(all, event);
  }
  expect(parser.unread).toBe(false);
  return all;
}

function take(all: Reply[], event: ReplyEvent): void {
  const last = all.at(-1);
  if (event.event === 'status') {
    const { kind, code, text } = event.status;
    all.push({ status: `${kind}|${code}|${text}`, body: event.last ? null : '' });
  } else if (event.event === 'data' && last) last.body += event.bytes.toString('latin1');
}

const bodies: [name: string, plain: string, stuffed: string][] = [
  ['nothing', '', ''],
  ['one line', 'a\r\n', 'a\r\n'],
  ['dot lines', '.\r\n..\r\n.a\r\n', '..\r\n...\r\n..a\r\n'],
  ['CR and LF alone', 'a\rb\nc\r\r\nd\n.\n.\r\n', 'a\rb\nc\r\r\nd\n.\n.\r\n'],
  ['CR before CRLF-dot', 'x\r\r\n.y\r\n', 'x\r\r\n..y\r\n'],
  ['dot CR dot', '.\r.\r\n', '..\r.\r\n'],
  ['8-bit and NUL', '\xff\x00\xfe\r\n.\x80\r\n', '\xff\x00\xfe\r\n..\x80\r\n'],
];

describe('POP3 parser', () => {
  it.each(bodies)('gives %s back byte for byte, cut at every pair of points', (_name, plain, stuffed) => {
    const wire = Buffer.from(`+OK 1 octets\r\n${stuffed}.\r\n-ERR [IN-USE] later\r\n`, 'latin1');
    const expected = [
      { status: 'ok|null|1 octets', body: plain },
      { status: 'error|IN-USE|later', body: null },
    ];
    for (let first = 0; first <= wire.length; first++) {
      for (let second = first; second <= wire.length; second++) {
        expect(replies(wire, ['multiline', 'line'], [first, second])).toEqual(expected);
      }
    }
  });

  it('gives the same bytes when they come one by one', () => {
    const wire = Buffer.from(bodies.map(([, , stuffed]) => `+OK\r\n${stuffed}.\r\n`).join(''), 'latin1');
    const ones = Array.from(wire.keys());
    const parsed = replies(
      wire,
      bodies.map(() => 'multiline'),
      ones,
    );
    expect(parsed.map((reply) => reply.body)).toEqual(bodies.map(([, plain]) => plain));
  });

  it('undoes the stuffing of any lines, wherever the stream is cut', () => {
    let seed = 7;
    const random = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % n;
    };
    const alphabet = ['.', '\r\n', '\r', '\n', 'a', '\0', '\xe9'];
    for (let round = 0; round < 500; round++) {
      const plain = `${Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)]).join('')}\r\n`;
      const stuffed = plain.replace(/(^|\r\n)\./g, '$1..');
      const wire = Buffer.from(`+OK\r\n${stuffed}.\r\n`, 'latin1');
      const cut = random(wire.length);
      expect(replies(wire, ['multiline'], [cut])).toEqual([{ status: 'ok|null|', body: plain }]);
    }
  });

  it('ends a refused multi-line reply at its status line', () => {
    const wire = Buffer.from('-ERR no such message\r\n+OK\r\nx\r\n.\r\n');
    expect(replies(wire, ['multiline', 'multiline'], [])).toEqual([
      { status: 'error|null|no such message', body: null },
      { status: 'ok|null|', body: 'x\r\n' },
    ]);
  });

  it.each([
    ['+OK', 'ok|null|'],
    ['+ok POP3 ready <1896.697170952@dbc.example>', 'ok|null|POP3 ready <1896.697170952@dbc.example>'],
    ['-ERR [sys/temp] busy', 'error|SYS/TEMP|busy'],
    ['-ERR [LOGIN-DELAY 60] wait', 'error|LOGIN-DELAY|wait'],
    ['+ ', 'continue|null|'],
    ['+ dXNlcg==', 'continue|null|dXNlcg=='],
  ])('reads the status line %s', (wire, status) => {
    expect(replies(Buffer.from(`${wire}\r\n`), ['line'], [])).toEqual([{ status, body: null }]);
  });

  it.each([
    ['a line without CR', '+OK\n', 'protocolViolation'],
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n', 'protocolViolation'],
    ['a line one byte too long', `+OK ${'x'.repeat(507)}\r\n`, 'limitExceeded'],
    ['a line that never ends', 'x'.repeat(513), 'limitExceeded'],
    ['a reply that nobody asked for', '+OK\r\n+OK\r\n', 'protocolViolation'],
  ])('refuses %s', (_name, wire, code) => {
    expect(() => replies(Buffer.from(wire), ['line'], [])).toThrow(expect.objectContaining({ code }));
  });

  it('takes a status line of exactly the limit', () => {
    const wire = Buffer.from(`+OK ${'x'.repeat(506)}\r\n`);
    expect(wire.length).toBe(512);
    expect(replies(wire, ['line'], [])).toHaveLength(1);
  });
});
