import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { blobIdOfEmail, blobIdOfPart, blobIdOfUpload, hashId, parseBlobId } from '@/lib/index/ids';
import { mergeKeywords, packKeywords, unpackKeywords } from '@/lib/index/keywords';

it('an id is a letter and the first 100 bits of SHA-256 in base32', () => {
  const bits = [...createHash('sha256').update('x').digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const text = Array.from({ length: 20 }, (_, at) =>
    'abcdefghijklmnopqrstuvwxyz234567'.charAt(Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)),
  );
  expect(hashId('e', 'x')).toBe(`e${text.join('')}`);
  expect(hashId('e', 'ab', 'c')).not.toBe(hashId('e', 'a', 'bc'));
});

it('a blob id says what it stands for', () => {
  const sha256 = 'a'.repeat(64);
  expect(parseBlobId(blobIdOfEmail('e1'))).toEqual({ kind: 'email', emailId: 'e1' });
  expect(parseBlobId(blobIdOfPart('e1', '1.2.3'))).toEqual({ kind: 'part', emailId: 'e1', path: '1.2.3' });
  expect(parseBlobId(blobIdOfUpload(sha256))).toEqual({ kind: 'upload', sha256 });
  for (const foreign of ['', 'x1', 'u1', 're 1', `p${'1'.repeat(200)}`, '../etc'])
    expect(parseBlobId(foreign)).toBeNull();
});

it('keywords are folded, bounded and merged', () => {
  const packed = packKeywords(['$SEEN', 'b', 'A', 'b', 'two words', '', 'x'.repeat(256)]);
  expect(packed).toEqual({ flags: 1, keywords: ' a b ' });
  expect(unpackKeywords(packed)).toEqual(['$seen', 'a', 'b']);
  const unseen = packKeywords(['$flagged', 'c']);
  expect(unpackKeywords(mergeKeywords([packed, unseen]))).toEqual(['$flagged', 'a', 'b', 'c']);
  expect(unpackKeywords(mergeKeywords([packed, packed]))).toEqual(['$seen', 'a', 'b']);
});
