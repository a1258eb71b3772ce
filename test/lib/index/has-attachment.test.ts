import { expect, it } from 'vitest';
import { hasAttachment } from '@/lib/index/has-attachment';
import type { MimePart } from '@/lib/mime/types';
import { walkMime } from '@/lib/mime/walk';

/** A multipart whose parts have these header fields. */
function mail(subtype: string, ...fields: string[]): MimePart {
  const parts = fields.map((field) => `--b\r\n${field}\r\n\r\nx\r\n`).join('');
  return walkMime(Buffer.from(`Content-Type: multipart/${subtype}; boundary=b\r\n\r\n${parts}--b--\r\n`))
    .root;
}

const TEXT = 'Content-Type: text/plain';
const HTML = 'Content-Type: text/html';

it.each<[boolean, string, MimePart]>([
  [false, 'a text alone, even if it has a name', mail('mixed', `${HTML}; name=mail.html`)],
  [false, 'two texts of one mail', mail('alternative', TEXT, HTML)],
  [false, 'the footer of a list', mail('mixed', TEXT, TEXT)],
  [true, 'a named text beside it', mail('mixed', TEXT, `${TEXT}; name=a.txt\r\nContent-Disposition: inline`)],
  [true, 'a text that is said to be one', mail('mixed', `${TEXT}\r\nContent-Disposition: attachment`)],
  [true, 'a file without a disposition', mail('mixed', TEXT, 'Content-Type: application/pdf')],
  [true, 'a message', mail('mixed', TEXT, 'Content-Type: message/rfc822')],
  [true, 'a picture of its own', mail('mixed', TEXT, 'Content-Type: image/png')],
  [
    false,
    'a picture that the HTML names',
    mail('related', HTML, 'Content-Type: image/png\r\nContent-ID: <x>'),
  ],
  [
    false,
    'an inline picture',
    mail('related', HTML, 'Content-Type: image/png\r\nContent-Disposition: inline'),
  ],
  [false, 'a signature', mail('signed', TEXT, 'Content-Type: application/pgp-signature')],
])('RFC 8621 §4.1.4: %s for %s', (expected, _what, root) => expect(hasAttachment(root)).toBe(expected));
