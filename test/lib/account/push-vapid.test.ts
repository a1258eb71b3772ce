/** RFC 8292: what a push service checks of us. */
import { createPublicKey, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { Vapid } from '@/lib/account/push/vapid';

const keys = (byte: number) => [{ id: 'k', key: Buffer.alloc(32, byte) }];
const baseUrl = new URL('https://mail.example.org');
const ENDPOINT = new URL('https://push.example.net:8443/send/abc?x=1');

function claimsOf(header: string): { claims: Record<string, unknown>; key: string; isGood: boolean } {
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(header) ?? [];
  const [head = '', body = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((each) => each.toString('base64url'));
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const isGood = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ typ: 'JWT', alg: 'ES256' });
  return { claims: JSON.parse(Buffer.from(body, 'base64url').toString()), key, isGood };
}

it('a token is signed by the key that is told, names the service, ends within a day, and says whom to ask', () => {
  const vapid = new Vapid({ secretKeys: keys(1), baseUrl });
  const now = Date.now();
  const { claims, key, isGood } = claimsOf(vapid.authorization(ENDPOINT, now));
  expect(isGood).toBe(true);
  expect(key).toBe(vapid.publicKey);
  expect(claims).toMatchObject({ aud: 'https://push.example.net:8443', sub: 'https://mail.example.org' });
  expect(Number(claims.exp)).toBeGreaterThan(now / 1000);
  expect(Number(claims.exp)).toBeLessThanOrEqual(now / 1000 + 24 * 60 * 60);
});

it('the key stays over restarts and is another one for another SECRET_KEY', () => {
  const one = new Vapid({ secretKeys: keys(1), baseUrl }).publicKey;
  expect(new Vapid({ secretKeys: keys(1), baseUrl: new URL('http://localhost:3000') }).publicKey).toBe(one);
  expect(new Vapid({ secretKeys: keys(2), baseUrl }).publicKey).not.toBe(one);
  expect(Buffer.from(one, 'base64url')).toHaveLength(65);
});
