import { expect, test } from 'vitest';
import { bodyParts } from '@/lib/mime/body-structure';
import type { MimePart } from '@/lib/mime/types';

function part(path: string, type: string, more: Partial<MimePart> = {}): MimePart {
  return {
    path,
    type,
    params: {},
    encoding: '7bit',
    size: 1,
    disposition: null,
    name: null,
    cid: null,
    language: null,
    location: null,
    parts: null,
    ...more,
  };
}

function paths(root: MimePart): [text: string, html: string, attachments: string] {
  const { textBody, htmlBody, attachments } = bodyParts(root);
  return [textBody, htmlBody, attachments].map((list) => list.map((each) => each.path).join(' ')) as [
    string,
    string,
    string,
  ];
}

function multipart(subtype: string, path: string, ...parts: MimePart[]): MimePart {
  return part(path, `multipart/${subtype}`, { parts });
}

/** The example printed in RFC 8621 §4.1.4, with the letters as paths. */
test('the example of the RFC', () => {
  const root = multipart(
    'mixed',
    '',
    part('A', 'text/plain', { disposition: 'inline' }),
    multipart(
      'mixed',
      '2',
      multipart(
        'alternative',
        '2.1',
        multipart(
          'mixed',
          '2.1.1',
          part('B', 'text/plain', { disposition: 'inline' }),
          part('C', 'image/jpeg', { disposition: 'inline' }),
          part('D', 'text/plain', { disposition: 'inline' }),
        ),
        multipart('related', '2.1.2', part('E', 'text/html'), part('F', 'image/jpeg')),
      ),
      part('G', 'image/jpeg', { disposition: 'attachment' }),
      part('H', 'application/x-excel'),
      part('J', 'message/rfc822'),
    ),
    part('K', 'text/plain', { disposition: 'inline' }),
  );
  expect(paths(root)).toEqual(['A B C D K', 'A E K', 'C F G H J']);
});

test('a single part is both bodies', () => {
  expect(paths(part('1', 'text/plain'))).toEqual(['1', '1', '']);
  expect(paths(part('1', 'text/html'))).toEqual(['1', '1', '']);
  expect(paths(part('1', 'application/pdf'))).toEqual(['', '', '1']);
});

test('one side of an alternative stands for both when the other is missing', () => {
  expect(paths(multipart('alternative', '', part('1', 'text/html'), part('2', 'text/calendar')))).toEqual([
    '1',
    '1',
    '2',
  ]);
});

test('S31: what is encrypted is shown as the attachments it is, what is signed as text and a signature', () => {
  const pgp = [part('1', 'application/pgp-encrypted'), part('2', 'application/octet-stream')];
  expect(paths(multipart('encrypted', '', ...pgp))).toEqual(['', '', '1 2']);
  expect(paths(part('1', 'application/pkcs7-mime', { name: 'smime.p7m' }))).toEqual(['', '', '1']);
  const signed = multipart('signed', '', part('1', 'text/plain'), part('2', 'application/pgp-signature'));
  expect(paths(signed)).toEqual(['1', '1', '2']);
});

test('a named text that is not the first is an attachment', () => {
  expect(
    paths(multipart('mixed', '', part('1', 'text/plain'), part('2', 'text/plain', { name: 'log.txt' }))),
  ).toEqual(['1', '1', '2']);
});
