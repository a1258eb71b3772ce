/** SCRAM (RFC 5802, RFC 7677) as the client: the password is proven, not told, and the server proves that it knows it. */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

export type ScramHash = 'sha256' | 'sha1';

/** More rounds would only keep this process busy: what servers ask for is 4,096 to 600,000. */
const MAX_ROUNDS = 1_000_000;

export class Scram {
  readonly #hash: ScramHash;
  readonly #password: string;
  readonly #nonce: string;
  readonly #bare: string;
  #serverSignature = Buffer.alloc(0);

  constructor(hash: ScramHash, user: string, password: string, nonce = randomBytes(18).toString('base64')) {
    this.#hash = hash;
    this.#password = password.normalize('NFKC');
    this.#nonce = nonce;
    this.#bare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  }

  /** `client-first-message`, without channel binding. */
  first(): string {
    return `n,,${this.#bare}`;
  }

  /** `client-final-message`, the answer to `server-first-message`. @throws Error when that is none */
  final(serverFirst: string): string {
    const { r: nonce = '', s: salt = '', i = '' } = attributes(serverFirst);
    const rounds = Number(i);
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce || !(rounds >= 1 && rounds <= MAX_ROUNDS))
      throw new Error('not an answer to this sign-in');
    const hash = this.#hash;
    const length = hash === 'sha256' ? 32 : 20;
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, 'base64'), rounds, length, hash);
    const clientKey = hmac(hash, salted, 'Client Key');
    const withoutProof = `c=biws,r=${nonce}`;
    const message = `${this.#bare},${serverFirst},${withoutProof}`;
    const signature = hmac(hash, createHash(hash).update(clientKey).digest(), message);
    const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
    this.#serverSignature = hmac(hash, hmac(hash, salted, 'Server Key'), message);
    return `${withoutProof},p=${proof.toString('base64')}`;
  }

  /** Whether `server-final-message` proves that the server knows the password. */
  isProven(serverFinal: string): boolean {
    const given = Buffer.from(attributes(serverFinal).v ?? '', 'base64');
    return given.length === this.#serverSignature.length && timingSafeEqual(given, this.#serverSignature);
  }
}

const hmac = (hash: ScramHash, key: Buffer, text: string) => createHmac(hash, key).update(text).digest();

function attributes(message: string): Record<string, string> {
  return Object.fromEntries(message.split(',').map((pair) => [pair.slice(0, 1), pair.slice(2)]));
}
