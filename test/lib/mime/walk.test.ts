import { describe, expect, test } from 'vitest';
import { MAX_DEPTH, MAX_HEADER, MAX_PARTS } from '@/lib/mime/limits';
import type { MimePart } from '@/lib/mime/types';
import { walkMime } from '@/lib/mime/walk';

function mail(...lines: string[]): Buffer {
  return Buffer.from(lines.join('\r\n'));
}

function types(part: MimePart): string[] {
  return [`${part.path}:${part.type}`, ...(part.parts ?? []).flatMap(types)];
}

function body(raw: Buffer, path: string): string {
  const span = walkMime(raw).spans.get(path);
  return raw.toString('utf8', span?.bodyStart, span?.end);
}

test('a message of one part has path 1', () => {
  const raw = mail('Subject: x', 'Content-Type: Text/HTML; Charset="koi8-r"', '', '<p>', '');
  const { root, spans } = walkMime(raw);
  expect(root).toMatchObject({
    path: '1',
    type: 'text/html',
    params: { charset: 'koi8-r' },
    encoding: '7bit',
    size: 5,
    parts: null,
  });
  expect(spans.get('1')).toEqual({ headerStart: 0, bodyStart: 57, end: 62 });
});

test('a boundary in a message inside may begin like the one around it', () => {
  const inner = ['Content-Type: multipart/mixed; boundary=part1', '', '--part1', '', 'x', '--part1--'];
  const raw = mail(
    'Content-Type: multipart/mixed; boundary=part',
    '',
    '--part',
    'Content-Type: message/rfc822',
    '',
    ...inner,
    '--part; words',
    '',
    'y',
    '--part-- words',
  );
  expect(types(walkMime(raw).root)).toEqual([':multipart/mixed', '1:message/rfc822', '2:text/plain']);
  expect(body(raw, '1')).toBe(inner.join('\r\n'));
});

test('parts are numbered as IMAP numbers them, and their bytes are found', () => {
  const raw = mail(
    'Content-Type: multipart/mixed; boundary=outer',
    '',
    'preamble',
    '--outer',
    'Content-Type: multipart/alternative; boundary="in ner"',
    '',
    '--in ner',
    '',
    'plain',
    '--in ner',
    'Content-Type: text/html',
    '',
    '<b>',
    '--in ner--',
    'epilogue',
    '--outer',
    'Content-Type: message/rfc822',
    '',
    'Content-Type: multipart/mixed; boundary=z',
    '',
    '--z',
    '',
    'x',
    '--z--',
    '--outer--',
    'after',
    '--outer',
    '',
    'no part',
  );
  expect(types(walkMime(raw).root)).toEqual([
    ':multipart/mixed',
    '1:multipart/alternative',
    '1.1:text/plain',
    '1.2:text/html',
    '2:message/rfc822',
  ]);
  expect(body(raw, '1.1')).toBe('plain');
  expect(body(raw, '1.2')).toBe('<b>');
  expect(body(raw, '2')).toContain('--z--');
});

test('bare LF line ends give the same tree', () => {
  const raw = Buffer.from('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n');
  expect(types(walkMime(raw).root)).toEqual([':multipart/mixed', '1:text/plain', '2:text/plain']);
  expect(body(raw, '2')).toBe('two');
});

describe('broken messages are read as far as they go', () => {
  const boundary = 'Content-Type: multipart/mixed; boundary=b';
  test('no closing delimiter', () => expect(body(mail(boundary, '', '--b', '', 'text'), '1')).toBe('text'));
  test('the outer delimiter ends an inner part that was never closed', () => {
    const raw = mail(
      boundary,
      '',
      '--b',
      'Content-Type: multipart/mixed; boundary=c',
      '',
      '--c',
      '',
      'x',
      '--b',
      '',
      'y',
      '--b--',
    );
    expect(types(walkMime(raw).root)).toEqual([
      ':multipart/mixed',
      '1:multipart/mixed',
      '1.1:text/plain',
      '2:text/plain',
    ]);
    expect(body(raw, '1.1')).toBe('x');
  });
  test('a part whose header never ends', () => {
    expect(
      types(walkMime(mail(boundary, '', '--b', 'Content-Type: text/html', '--b', '', 'y')).root),
    ).toEqual([':multipart/mixed', '1:text/html', '2:text/plain']);
  });
  test('multipart without a boundary is shown as text', () => {
    const { root } = walkMime(mail('Content-Type: multipart/mixed', '', 'text'));
    expect(root).toMatchObject({ path: '1', type: 'text/plain', size: 4 });
  });
  test('multipart without parts has one empty text', () => {
    expect(types(walkMime(mail(boundary, '', 'only a preamble')).root)).toEqual([
      ':multipart/mixed',
      '1:text/plain',
    ]);
  });
  test('an unreadable type is text', () =>
    expect(walkMime(mail('Content-Type: nonsense', '', '')).root.type).toBe('text/plain'));
  test('no header at all', () =>
    expect(walkMime(Buffer.from('\r\nhello')).root).toMatchObject({ type: 'text/plain', size: 5 }));
  test('an empty message', () =>
    expect(walkMime(Buffer.alloc(0)).root).toMatchObject({ path: '1', size: 0 }));
  test('a boundary that is the beginning of another', () => {
    const raw = mail(
      'Content-Type: multipart/mixed; boundary=ab',
      '',
      '--ab',
      'Content-Type: multipart/mixed; boundary=abc',
      '',
      '--abc',
      '',
      'x',
      '--abc--',
      '--ab--',
    );
    expect(types(walkMime(raw).root)).toEqual([':multipart/mixed', '1:multipart/mixed', '1.1:text/plain']);
  });
});

test('the default type in a digest is a message', () => {
  const raw = mail(
    'Content-Type: multipart/digest; boundary=b',
    '',
    '--b',
    '',
    'Subject: x',
    '',
    'y',
    '--b--',
  );
  expect(types(walkMime(raw).root)).toEqual([':multipart/digest', '1:message/rfc822']);
});

test('what a part says of itself is decoded', () => {
  const raw = mail(
    'Content-Type: application/pdf; name="=?utf-8?B?0LA=?="',
    "Content-Disposition: ATTACHMENT; filename*0*=utf-8''%D0; filename*1*=%B0%2Epdf",
    'Content-ID: <a@b>',
    'Content-Language: en, ru',
    'Content-Location: http://x/\r\n y',
    'Content-Transfer-Encoding: BASE64',
    '',
    '',
  );
  expect(walkMime(raw).root).toMatchObject({
    disposition: 'attachment',
    name: 'а.pdf',
    cid: 'a@b',
    language: ['en', 'ru'],
    location: 'http://x/y',
    encoding: 'base64',
  });
});

describe('S28: limits cut and never throw away', () => {
  test('100,000 empty parts', () => {
    const raw = Buffer.from(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(100_000)}`,
    );
    const tree = walkMime(raw);
    expect(tree.cut).toBe(true);
    expect(tree.spans.size).toBe(MAX_PARTS);
    expect(tree.spans.get('')?.end).toBe(raw.length);
  });
  test('exactly as many parts as allowed', () => {
    const raw = Buffer.from(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(MAX_PARTS - 1)}--b--`,
    );
    expect(walkMime(raw)).toMatchObject({ cut: false });
  });
  test('10,000 levels', () => {
    const levels = Array.from(
      { length: 10_000 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    );
    const tree = walkMime(Buffer.from(`${levels.join('')}\r\ntext`));
    expect(tree.cut).toBe(true);
    let [part, depth]: [MimePart | undefined, number] = [tree.root, 0];
    while (part?.parts) [part, depth] = [part.parts[0], depth + 1];
    expect(depth).toBe(MAX_DEPTH);
    expect(part?.type).toBe('application/octet-stream');
  });
  test('a header of 1 MB: its beginning is read, the body is found', () => {
    const raw = mail(
      'Content-Type: text/html',
      `X: ${'a'.repeat(1024 * 1024)}`,
      'Content-ID: <late>',
      '',
      'body',
    );
    const tree = walkMime(raw);
    expect(tree).toMatchObject({ cut: true, root: { type: 'text/html', cid: null, size: 4 } });
    expect(raw.length - 4 - MAX_HEADER).toBeGreaterThan(0);
  });
  test('lines of dashes cost one look each', () => {
    const raw = Buffer.from(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${'--\n'.repeat(1_000_000)}`,
    );
    expect(walkMime(raw).root.parts).toHaveLength(1);
  });
});
