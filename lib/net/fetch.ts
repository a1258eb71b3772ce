/**
 * Fetching what a stranger named (autoconfig, remote images): https only, each host judged and pinned as in guard.ts, each
 * redirect judged again, size and time bounded, no cookies, no referrer (security.md S9, S12, S13).
 */
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { ConnectionError, ProtocolError } from '@/lib/errors';
import { connectionError } from './errors';
import { type NetConfig, routeTo } from './guard';

const USER_AGENT = 'Gatepost';
const PORT = 443;

export interface FetchLimits {
  /** Bytes of the body. */
  size: number;
  milliseconds: number;
  redirects: number;
}

export interface Fetched {
  status: number;
  url: URL;
  contentType: string;
  body: Buffer;
}

/** @throws ConnectionError, ProtocolError limitExceeded (size, redirects), addressForbidden (host, or not https) */
export async function fetchGuarded(url: URL, config: NetConfig, limits: FetchLimits): Promise<Fetched> {
  const signal = AbortSignal.timeout(limits.milliseconds);
  let at = url;
  for (let hop = 0; hop <= limits.redirects; hop++) {
    const response = await get(at, config, signal);
    const target = response.headers.location;
    const status = response.statusCode ?? 0;
    if (status < 300 || status >= 400 || !target) {
      const body = await bodyOf(response, limits.size, at, signal);
      return { status, url: at, contentType: response.headers['content-type'] ?? '', body };
    }
    response.destroy();
    if (!URL.canParse(target, at)) throw new ProtocolError('protocolViolation', 'a redirect to nowhere');
    at = new URL(target, at);
  }
  throw new ProtocolError('limitExceeded', 'too many redirects', { params: { max: limits.redirects } });
}

/** Tells a stranger's server something, once: no redirect is followed. @returns its status */
export async function postGuarded(
  url: URL,
  { body, headers }: { body: Buffer; headers: Record<string, string> },
  config: NetConfig,
  limits: Omit<FetchLimits, 'redirects'>,
): Promise<number> {
  const signal = AbortSignal.timeout(limits.milliseconds);
  const length = { 'Content-Length': String(body.length) };
  const response = await send(url, config, signal, {
    method: 'POST',
    headers: { ...headers, ...length },
    body,
  });
  await bodyOf(response, limits.size, url, signal);
  return response.statusCode ?? 0;
}

function get(url: URL, config: NetConfig, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = { Accept: '*/*', 'Accept-Encoding': 'identity' };
  return send(url, config, signal, { method: 'GET', headers, body: null });
}

interface Message {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body: Buffer | null;
}

async function send(
  url: URL,
  config: NetConfig,
  signal: AbortSignal,
  { method, headers, body }: Message,
): Promise<IncomingMessage> {
  const endpoint = { host: url.hostname, port: Number(url.port) || PORT, security: 'tls' as const };
  if (url.protocol !== 'https:' || url.username || url.password) {
    throw new ConnectionError('addressForbidden', 'only https, without a user', {
      params: { host: url.hostname },
    });
  }
  // The ports of mail servers are not those of the web.
  const route = await routeTo(endpoint, { ...config, allowPorts: [PORT] });
  const { servername, secureContext, minVersion, checkServerIdentity } = route.tls;
  return new Promise((resolve, reject) => {
    const call = request({
      host: route.address,
      port: route.port,
      path: url.pathname + url.search,
      method,
      agent: false,
      signal,
      servername: servername ?? '',
      minVersion,
      checkServerIdentity,
      ...(secureContext ? { secureContext } : {}),
      headers: { Host: url.host, 'User-Agent': USER_AGENT, ...headers },
    });
    call.once('response', resolve);
    call.once('error', (error) => reject(failure(error, endpoint, signal)));
    call.end(body ?? undefined);
  });
}

async function bodyOf(
  response: IncomingMessage,
  most: number,
  url: URL,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most)
        throw new ProtocolError('limitExceeded', 'the answer is too large', { params: { max: most } });
      chunks.push(chunk);
    }
  } catch (error) {
    throw failure(error, { host: url.hostname, port: PORT }, signal);
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks);
}

function failure(error: unknown, endpoint: { host: string; port: number }, signal: AbortSignal): Error {
  if (!signal.aborted) return connectionError(error, endpoint);
  return new ConnectionError('connectionTimeout', 'the answer took too long', {
    cause: error,
    params: endpoint,
  });
}
