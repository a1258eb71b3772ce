/**
 * VAPID (RFC 8292): by it a push service knows who pushes, and a subscription can be bound to us; clients read the public half in
 * the session object (RFC 9749). The key follows from SECRET_KEY: there is nothing to keep, and all nodes have the same.
 */
import { createECDH, createPrivateKey, hkdfSync, type KeyObject, sign } from 'node:crypto';
import type { Config } from '@/lib/config';

const CURVE = 'prime256v1';
/** RFC 8292 §2: at most 24 hours. */
const GOOD_FOR_SECONDS = 12 * 60 * 60;
const HEADER = base64url(JSON.stringify({ typ: 'JWT', alg: 'ES256' }));

export class Vapid {
  /** Uncompressed point, base64url. */
  readonly publicKey: string;
  readonly #key: KeyObject;
  readonly #contact: string | null;

  constructor({ secretKeys, baseUrl }: Pick<Config, 'secretKeys' | 'baseUrl'>) {
    const { d, point } = keyPair(secretKeys[0]?.key ?? Buffer.alloc(0));
    this.publicKey = point.toString('base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((each) => each.toString('base64url'));
    const jwk = { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y };
    this.#key = createPrivateKey({ key: jwk, format: 'jwk' });
    this.#contact = baseUrl.protocol === 'https:' ? baseUrl.origin : null;
  }

  /** The Authorization header of one push (RFC 8292 §3). */
  authorization(endpoint: URL, now = Date.now()): string {
    const claims = {
      aud: endpoint.origin,
      exp: Math.floor(now / 1000) + GOOD_FOR_SECONDS,
      ...(this.#contact ? { sub: this.#contact } : {}),
    };
    const signed = `${HEADER}.${base64url(JSON.stringify(claims))}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `vapid t=${signed}.${signature.toString('base64url')}, k=${this.publicKey}`;
  }
}

/** One value in four thousand million is no key of the curve: then the next one is taken. */
function keyPair(root: Buffer): { d: Buffer; point: Buffer } {
  const ecdh = createECDH(CURVE);
  for (let round = 0; ; round += 1) {
    const d = Buffer.from(hkdfSync('sha256', root, '', `gatepost vapid ${round}`, 32));
    try {
      ecdh.setPrivateKey(d);
      return { d, point: ecdh.getPublicKey() };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_CRYPTO_INVALID_KEYTYPE'))
        throw error;
    }
  }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
