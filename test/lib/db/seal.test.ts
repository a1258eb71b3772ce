import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { keyIdOf, seal, unseal } from '@/lib/db/seal';

const key = (id: string) => ({ id, key: randomBytes(32) });
const KEYS = [key('new'), key('old')];

test('S24 what was sealed opens for the same record only', () => {
  const sealed = seal(KEYS, 'account-a', 'пароль');
  expect(unseal(KEYS, 'account-a', sealed)).toBe('пароль');
  expect(() => unseal(KEYS, 'account-b', sealed)).toThrow();
});

test('S24 the sealed text tells nothing: no password in it, never the same twice', () => {
  const [one, two] = [seal(KEYS, 'a', 'secret'), seal(KEYS, 'a', 'secret')];
  expect(one).not.toContain('secret');
  expect(one).not.toBe(two);
});

test('S24 each changed byte is noticed', () => {
  const sealed = seal(KEYS, 'a', 'secret');
  const [id = '', body = ''] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
    expect(() => unseal(KEYS, 'a', `${id}.${changed.toString('base64url')}`)).toThrow();
  }
  for (let length = 0; length < bytes.length; length++) {
    expect(() => unseal(KEYS, 'a', `${id}.${bytes.subarray(0, length).toString('base64url')}`)).toThrow();
  }
});

test('an old key still opens, the first one seals', () => {
  const sealed = seal(KEYS.slice(1), 'a', 'secret');
  expect(keyIdOf(sealed)).toBe('old');
  expect(unseal(KEYS, 'a', sealed)).toBe('secret');
  expect(keyIdOf(seal(KEYS, 'a', 'secret'))).toBe('new');
});

test('a lost key is named, and the error holds no secret', () => {
  expect(() => unseal([key('other')], 'a', seal(KEYS, 'a', 'hunter2'))).toThrow(/new.*SECRET_KEY/);
});
