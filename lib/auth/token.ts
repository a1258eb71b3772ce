/** The session cookie: a JWE of next-auth that holds the id of a session row and nothing else (security.md S21). */
import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { decode } from 'next-auth/jwt';
import type { Config } from '@/lib/config';

/** Sessions end 30 days after their last use, and 90 days after the sign-in in any case. */
export const IDLE_MS = 30 * 24 * 60 * 60_000;
export const ABSOLUTE_MS = 90 * 24 * 60 * 60_000;

type TokenConfig = Pick<Config, 'baseUrl' | 'secretKeys'>;

export function isSecure(config: Pick<Config, 'baseUrl'>): boolean {
  return config.baseUrl.protocol === 'https:';
}

/** `__Host-`: no other host, no sub-path and no plain connection can set it. */
export function cookieName(config: Pick<Config, 'baseUrl'>, name: 'session' | 'csrf' | 'callback'): string {
  return `${isSecure(config) ? '__Host-' : ''}gatepost-${name}`;
}

/** Own key for next-auth; a new SECRET_KEY signs everyone out. */
export function tokenSecret(config: Pick<Config, 'secretKeys'>): string {
  const root = config.secretKeys[0]?.key ?? Buffer.alloc(0);
  return Buffer.from(hkdfSync('sha256', root, '', 'gatepost session', 32)).toString('base64');
}

/**
 * What next-auth wants with a sign-in, without asking for it first: the token, and the cookie that it is compared with
 * (its csrf-token.js: `token|sha256(token + secret)`).
 */
export function csrfFor(config: TokenConfig): { csrfToken: string; cookie: string } {
  const csrfToken = randomBytes(32).toString('hex');
  const hash = createHash('sha256')
    .update(csrfToken + tokenSecret(config))
    .digest('hex');
  return { csrfToken, cookie: setCookie(config, 'csrf', `${csrfToken}|${hash}`) };
}

/** The id in the cookie; null for none, a foreign or an expired one. */
export async function sessionIdIn(cookies: string, config: TokenConfig): Promise<string | null> {
  const token = cookieValue(cookies, cookieName(config, 'session'));
  if (!token) return null;
  const digest = createHash('sha256')
    .update(config.secretKeys[0]?.key ?? '')
    .update(token)
    .digest('base64');
  const read = known.get(digest);
  if (read && read.until > Date.now()) return read.id;
  known.delete(digest);
  const claims = await decode({ token, secret: tokenSecret(config) }).catch(notOurs);
  if (typeof claims?.sid !== 'string') return null;
  if (known.size >= MAX_KNOWN) known.clear();
  if (typeof claims.exp === 'number') known.set(digest, { id: claims.sid, until: claims.exp * 1_000 });
  return claims.sid;
}

/**
 * Tokens that were opened lately, by their digests: a page brings the same one with every request, and opening it costs as
 * much as a small method. What it stands for is looked up each time (S21).
 */
const known = new Map<string, { id: string; until: number }>();
const MAX_KNOWN = 10_000;

/** Whatever is wrong with a token, its bearer is not signed in. */
function notOurs(): null {
  return null;
}

function cookieValue(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return null;
}

/** Ends the cookie and whatever the browser kept of the mail (security.md S27). */
export function signedOutHeaders(config: Pick<Config, 'baseUrl'>): Record<string, string> {
  return {
    'Set-Cookie': `${setCookie(config, 'session', '')}; Max-Age=0`,
    'Clear-Site-Data': '"cache", "storage"',
  };
}

function setCookie(config: Pick<Config, 'baseUrl'>, name: 'session' | 'csrf', value: string): string {
  const secure = isSecure(config) ? '; Secure' : '';
  return `${cookieName(config, name)}=${encodeURIComponent(value)}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}
