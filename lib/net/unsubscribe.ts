/** Leaving a mailing list in one click (RFC 8058 §3.1): a POST that carries nothing of the reader but what the list wrote into its own address. */
import { postGuarded } from './fetch';
import { type NetConfig, OUTSIDE } from './guard';

const LIMITS = { size: 64 * 1024, milliseconds: 15_000 };
const BODY = Buffer.from('List-Unsubscribe=One-Click');
const HEADERS = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** @returns whether the list took it. @throws ConnectionError, ProtocolError */
export async function unsubscribeAt(url: URL, config: NetConfig, reach = OUTSIDE): Promise<boolean> {
  const status = await postGuarded(url, { body: BODY, headers: HEADERS }, { ...config, ...reach }, LIMITS);
  return status >= 200 && status < 300;
}
