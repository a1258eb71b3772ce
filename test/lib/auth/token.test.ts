import { encode } from 'next-auth/jwt';
import { afterEach, expect, it, vi } from 'vitest';
import { cookieName, sessionIdIn, tokenSecret } from '@/lib/auth/token';

const keys = (fill: string) => ({
  baseUrl: new URL('http://localhost:3000'),
  secretKeys: [{ id: fill, key: Buffer.alloc(32, fill) }],
});
const config = keys('k');
const MINUTE = 60_000;

async function cookie(sid: string): Promise<string> {
  const token = await encode({ token: { sid }, secret: tokenSecret(config), maxAge: MINUTE / 1_000 });
  return `${cookieName(config, 'session')}=${token}`;
}

afterEach(() => vi.useRealTimers());

it('S21: a token that was read before ends when it ends, and is nothing under another key', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const [first, second] = [await cookie('one'), await cookie('two')];
  for (let i = 0; i < 2; i += 1) {
    expect(await sessionIdIn(first, config)).toBe('one');
    expect(await sessionIdIn(second, config)).toBe('two');
    expect(await sessionIdIn(first, keys('other'))).toBeNull();
    expect(await sessionIdIn(`${first.slice(0, -2)}AA`, config)).toBeNull();
  }
  vi.setSystemTime(Date.now() + 2 * MINUTE);
  expect(await sessionIdIn(first, config)).toBeNull();
});
