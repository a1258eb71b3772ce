/**
 * Sealing of what the database must not tell (security.md S24): AES-256-GCM, a random nonce for each record, and the
 * record's own id as associated data, so that a sealed text moved to another row does not open.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface SealKey {
  id: string;
  key: Buffer;
}

const NONCE = 12;
const TAG = 16;
/** SECRET_KEY is also the root of the session secret: each use has a key of its own. */
const PURPOSE = 'gatepost credential';

/** `<key id>.<nonce, ciphertext and tag in base64url>`; the first key seals. */
export function seal(keys: SealKey[], owner: string, text: string): string {
  const [first] = keys;
  if (!first) throw new Error('there is no key to seal with');
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', derivedKey(first), nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${first.id}.${sealed.toString('base64url')}`;
}

/** @throws Error when no key fits, or the text was changed or belongs to another record */
export function unseal(keys: SealKey[], owner: string, sealed: string): string {
  const key = keys.find(({ id }) => id === keyIdOf(sealed));
  if (!key)
    throw new Error(
      `sealed with the key ${keyIdOf(sealed)}, which neither SECRET_KEY nor SECRET_KEYS_OLD holds`,
    );
  const bytes = Buffer.from(sealed.slice(key.id.length + 1), 'base64url');
  if (bytes.length < NONCE + TAG) throw new Error('the sealed text is cut');
  const decipher = createDecipheriv('aes-256-gcm', derivedKey(key), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-TAG));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
}

export function keyIdOf(sealed: string): string {
  return sealed.split('.', 1)[0] ?? '';
}

function derivedKey({ key }: SealKey): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', PURPOSE, 32));
}
