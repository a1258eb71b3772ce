import { expect, test } from 'vitest';
import { stripBcc } from '@/lib/mime/bcc';

function strip(...lines: string[]): string {
  return stripBcc(Buffer.from(lines.join('\r\n'))).toString();
}

test('S17, pitfall 16: every Bcc of the top header goes, folded or odd', () => {
  expect(
    strip(
      'From: a',
      'Bcc: b@x,',
      ' c@x',
      '\td@x',
      'To: e',
      'BCC : f@x',
      'bcc\t: g@x',
      'Resent-Bcc: h@x',
      'X: y',
      '',
      'Bcc: text',
    ),
  ).toBe('From: a\r\nTo: e\r\nX: y\r\n\r\nBcc: text');
});

test('Bcc as the first, the last or the only field', () => {
  expect(strip('Bcc: a', 'From: b', '', '')).toBe('From: b\r\n\r\n');
  expect(strip('From: b', 'Bcc: a', '', '')).toBe('From: b\r\n\r\n');
  expect(strip('Bcc: a')).toBe('');
});

test('other fields, folded values and attached messages stay', () => {
  const lines = [
    'Subject: x',
    ' Bcc: y',
    'Bcc-Like: z',
    'Content-Type: message/rfc822',
    '',
    'Bcc: kept',
    '',
    'x',
  ];
  expect(strip(...lines)).toBe(lines.join('\r\n'));
  expect(stripBcc(Buffer.from('Bcc: a\nTo: b\n\nBcc: c\n')).toString()).toBe('To: b\n\nBcc: c\n');
});
