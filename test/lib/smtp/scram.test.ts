import { expect, test } from 'vitest';
import { Scram } from '@/lib/smtp/scram';

test('SCRAM-SHA-256 as in RFC 7677 §3', () => {
  const client = new Scram('sha256', 'user', 'pencil', 'rOprNGfwEbeRWgbNEkqO');
  expect(client.first()).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
  const challenge = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
  expect(client.final(challenge)).toBe(
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  );
  expect(client.isProven('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toBe(true);
  expect(client.isProven('v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toBe(false);
});

test('SCRAM-SHA-1 as in RFC 5802 §5', () => {
  const client = new Scram('sha1', 'user', 'pencil', 'fyko+d2lbbFgONRv9qkxdawL');
  expect(client.final('r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096')).toBe(
    'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
  );
});

test.each([
  ['another nonce', 'r=stranger,s=QSXCR+Q6sek8bf92,i=4096'],
  ['a nonce of ours alone', 'r=mine,s=QSXCR+Q6sek8bf92,i=4096'],
  ['rounds without end', 'r=mine+theirs,s=QSXCR+Q6sek8bf92,i=99999999999'],
  ['nothing', ''],
])('a challenge with %s gets no proof', (_what, challenge) => {
  expect(() => new Scram('sha256', 'user', 'pencil', 'mine').final(challenge)).toThrow();
});
