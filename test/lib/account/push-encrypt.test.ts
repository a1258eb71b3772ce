import { createECDH, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { areKeys, encryptPush } from '@/lib/account/push/encrypt';

/** RFC 8291 §5 and appendix A. */
const KEYS = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};

it('is that of the example in RFC 8291', () => {
  const own = {
    privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
    salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
  };
  const sealed = encryptPush(Buffer.from('When I grow up, I want to be a watermelon'), KEYS, own);
  expect(sealed.toString('base64url')).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
});

it('takes only points of the curve as keys', () => {
  const { auth } = KEYS;
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  expect(areKeys({ p256dh: ecdh.getPublicKey('base64url'), auth })).toBe(true);
  expect(areKeys({ ...KEYS, auth: 'AAAA' })).toBe(false);
  expect(
    areKeys({ p256dh: Buffer.concat([Buffer.from([4]), randomBytes(64)]).toString('base64url'), auth }),
  ).toBe(false);
  expect(areKeys({ p256dh: 'AAAA', auth })).toBe(false);
});
