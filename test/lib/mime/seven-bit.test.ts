import { isAscii } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { toSevenBit } from '@/lib/mime/seven-bit';
import { decodeTransfer } from '@/lib/mime/transfer';
import type { MimePart } from '@/lib/mime/types';
import { walkMime } from '@/lib/mime/walk';

const crlf = (...lines: string[]) => Buffer.from(lines.join('\r\n'));

function leaves(part: MimePart): MimePart[] {
  return part.parts ? part.parts.flatMap(leaves) : [part];
}

/** What a reader gets: each leaf's type and decoded bytes. */
function contents(raw: Buffer): [string, string][] {
  const { root, spans } = walkMime(raw);
  return leaves(root).map((part) => {
    const span = spans.get(part.path);
    const body = raw.subarray(span?.bodyStart, span?.end);
    return [part.type, decodeTransfer(body, part.encoding).toString('latin1')];
  });
}

function expectSendable(raw: Buffer): void {
  expect(isAscii(raw)).toBe(true);
  expect(
    Math.max(
      ...raw
        .toString('latin1')
        .split('\r\n')
        .map(({ length }) => length),
    ),
  ).toBeLessThanOrEqual(998);
}

const mixed = crlf(
  'From: a@example.org',
  'Content-Type: multipart/mixed; boundary=b',
  'Content-Transfer-Encoding: 8bit',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding:',
  ' 8bit',
  '',
  'Привет, мир',
  '--b',
  'Content-Type: application/octet-stream',
  'Content-Transfer-Encoding: binary',
  '',
  `\u0000ÿ${'x'.repeat(2000)}`,
  '--b',
  'Content-Type: text/plain',
  '',
  'plain',
  '--b--',
  '',
);

describe('R31, S18: what is sent fits every server', () => {
  it('a plain message stays the very same bytes', () => {
    const raw = crlf('Subject: x', '', 'y'.repeat(998), '');
    expect(toSevenBit(raw)).toBe(raw);
  });

  it('8-bit text, binary and long lines are encoded; what a reader gets is the same', () => {
    const sent = toSevenBit(mixed);
    expectSendable(sent);
    expect(contents(sent)).toEqual(contents(mixed));
    expect(sent.toString()).not.toContain('8bit');
  });

  it('pitfall 29: a long line in a single part', () => {
    const raw = crlf('Content-Type: text/html', '', `<p>${'z'.repeat(5000)}</p>`);
    const sent = toSevenBit(raw);
    expectSendable(sent);
    expect(contents(sent)).toEqual(contents(raw));
  });

  it('inside an attached message, which itself is not encoded (RFC 2046 §5.2.1)', () => {
    const raw = Buffer.concat([
      crlf('Content-Type: multipart/mixed; boundary=o', '', '--o', 'Content-Type: message/rfc822', '', ''),
      mixed,
      crlf('', '--o--', ''),
    ]);
    const sent = toSevenBit(raw);
    expectSendable(sent);
    const [[type, inner] = ['', '']] = contents(sent);
    expect(type).toBe('message/rfc822');
    expect(contents(Buffer.from(inner, 'latin1'))).toEqual(contents(mixed));
  });

  it('what is signed is not touched (RFC 1847 §2.1)', () => {
    const raw = crlf(
      'Content-Type: multipart/signed; boundary=s',
      '',
      '--s',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'ё',
      '--s',
      'Content-Type: application/pgp-signature',
      '',
      'sig',
      '--s--',
      '',
    );
    expect(toSevenBit(raw).equals(raw)).toBe(true);
  });

  it('is done once: the result stays as it is', () => {
    const once = toSevenBit(mixed);
    expect(toSevenBit(once)).toBe(once);
  });
});
