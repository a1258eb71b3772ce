/** Remote images (security.md S9): links that only we can make, for one user and one hour, and fetching what they name. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Config } from '@/lib/config';
import { ProtocolError, RequestError } from '@/lib/errors';
import { cleanImage, type RemoteImage } from './clean-image';
import { fetchGuarded } from './fetch';
import { type NetConfig, OUTSIDE } from './guard';

const GOOD_FOR_MS = 60 * 60_000;
const LIMITS = { size: 10 * 1024 * 1024, milliseconds: 10_000, redirects: 3 };
const LONGEST_URL = 4_096;

type Keys = Pick<Config, 'secretKeys'>;

/** null for what is not fetched: other schemes, or longer than any sane address. */
export function imageLink(url: string, userId: string, config: Keys): string | null {
  if (url.length > LONGEST_URL || !URL.canParse(url)) return null;
  const target = new URL(url);
  // A plain address is asked for over TLS: most hosts have it, and nobody reads along.
  if (target.protocol === 'http:') target.protocol = 'https:';
  if (target.protocol !== 'https:') return null;
  const expires = String(Date.now() + GOOD_FOR_MS);
  const signature = sign(target.href, expires, userId, config);
  return `/api/images?${new URLSearchParams({ u: target.href, e: expires, s: signature })}`;
}

/** @throws forbidden */
export function imageTarget(link: URLSearchParams, userId: string, config: Keys): URL {
  const [url = '', expires = '', signature = ''] = ['u', 'e', 's'].map((name) => link.get(name) ?? '');
  const expected = Buffer.from(sign(url, expires, userId, config));
  const given = Buffer.from(signature);
  const matches = given.length === expected.length && timingSafeEqual(given, expected);
  if (!matches || Number(expires) < Date.now()) throw new RequestError('forbidden', 'the link is not good');
  return new URL(url);
}

/** @throws ConnectionError, ProtocolError */
export async function fetchImage(url: URL, config: NetConfig, reach = OUTSIDE): Promise<RemoteImage> {
  const { status, body } = await fetchGuarded(url, { ...config, ...reach }, LIMITS);
  const type = status === 200 ? typeOf(body) : null;
  if (!type) throw new ProtocolError('protocolViolation', 'no image there');
  return cleanImage({ type, bytes: body });
}

/** By the first bytes, whatever the server says. SVG is no raster image and never passes. */
function typeOf(bytes: Buffer): RemoteImage['type'] | null {
  const head = bytes.subarray(0, 12).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  if (head.startsWith('RIFF') && head.slice(8) === 'WEBP') return 'image/webp';
  return null;
}

function sign(url: string, expires: string, userId: string, config: Keys): string {
  const root = config.secretKeys[0]?.key ?? Buffer.alloc(0);
  const key = Buffer.from(hkdfSync('sha256', root, '', 'gatepost image', 32));
  return createHmac('sha256', key)
    .update(JSON.stringify([url, expires, userId]))
    .digest('base64url');
}
