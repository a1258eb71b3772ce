import { expect, test } from 'vitest';
import { stripPrivateFields } from '@/lib/mime/private-fields';

function strip(...lines: string[]): string {
  return stripPrivateFields(Buffer.from(lines.join('\r\n'))).toString();
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

test('S17: how a draft is to be sent is told to nobody', () => {
  expect(
    strip('From: a', 'X-Gatepost-Send: delivery-receipt,', ' require-tls', 'X-Gatepost: b', '', 'c'),
  ).toBe('From: a\r\nX-Gatepost: b\r\n\r\nc');
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
  expect(stripPrivateFields(Buffer.from('Bcc: a\nTo: b\n\nBcc: c\n')).toString()).toBe('To: b\n\nBcc: c\n');
});

test('what a mail program notes in its drafts for itself does not travel', () => {
  expect(
    strip(
      'From: a',
      'X-Draft-Key: 1',
      'FCC: imap://anna@x/Sent',
      'X-Fcc: Sent',
      'X-Mozilla-Draft-Info: internal/draft; vcard=0',
      'X-Identity-Key: id1',
      'X-Account-Key: account1',
      'X-Mailer: y',
      '',
      'x',
    ),
  ).toBe('From: a\r\nX-Mailer: y\r\n\r\nx');
});
