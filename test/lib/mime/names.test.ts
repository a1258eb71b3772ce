import { describe, expect, test } from 'vitest';
import { contentDisposition, displayName, safeFileName, uniqueNames } from '@/lib/mime/names';

describe('S7: safe file names', () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\x.exe', 'x.exe'],
    ['a\0b\r\n.txt', 'ab.txt'],
    ['invoice\u202egpj.exe', 'invoicegpj.exe'],
    ['con.txt', '_con.txt'],
    ['LPT1', '_LPT1'],
    ['.htaccess', 'htaccess'],
    ['a<b>:"|?*.txt', 'a_b______.txt'],
    ['name. . .', 'name'],
    ['Отчёт.pdf', 'Отчёт.pdf'],
    ['', 'attachment.bin'],
    ['...', 'attachment.bin'],
  ])('%j', (name, safe) => expect(safeFileName(name)).toBe(safe));

  test('a missing name is made from the type', () =>
    expect(safeFileName(null, 'message/rfc822')).toBe('attachment.eml'));

  test('at most 150 bytes before the extension, cut at a character', () => {
    expect(safeFileName(`${'я'.repeat(200)}.docx`)).toBe(`${'я'.repeat(75)}.docx`);
    expect(safeFileName(`${'😀'.repeat(100)}.txt`)).toBe(`${'😀'.repeat(37)}.txt`);
  });

  test('for show nothing hidden stays', () => expect(displayName(' a\u200b\u2066b\ud800 ')).toBe('ab'));
});

test('S7: Content-Disposition in both forms', () => {
  expect(contentDisposition('a b.txt')).toBe('attachment; filename="a b.txt"');
  expect(contentDisposition("é'(1)%.txt")).toBe(
    "attachment; filename=\"_'(1)_.txt\"; filename*=UTF-8''%C3%A9%27%281%29%25.txt",
  );
  expect(contentDisposition('a"b\\.png', 'inline')).toBe(
    'inline; filename="a_b_.png"; filename*=UTF-8\'\'a%22b%5C.png',
  );
});

test('names in an archive are unique, also up to case', () => {
  expect(uniqueNames(['a.txt', 'A.txt', 'a.txt', 'a (2).txt', 'b'])).toEqual([
    'a.txt',
    'A (2).txt',
    'a (3).txt',
    'a (2) (2).txt',
    'b',
  ]);
});
