/**
 * Where a request comes from (security.md S26). Next shows a handler only headers, which the client may have written;
 * so the address of the socket is put into a header of our own before anything else reads the request.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import type { Config } from '@/lib/config';

const HEADER = 'x-gatepost-peer';
/** Addresses in X-Forwarded-For that are looked at. */
const HOPS = 20;

/** Once, when the process starts (instrumentation.ts). */
export function rememberPeers(): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage };
    request.headers[HEADER] = request.socket.remoteAddress ?? '';
  });
}

/** The address of the client: the last one in X-Forwarded-For that is not a proxy of the operator. */
export function clientAddress(headers: Headers, config: Pick<Config, 'trustedProxies'>): string {
  const peer = plain(headers.get(HEADER) ?? '');
  const forwarded = (headers.get('x-forwarded-for') ?? '').split(',').map((entry) => plain(entry.trim()));
  let client = peer;
  for (const hop of forwarded.reverse().slice(0, HOPS)) {
    if (!isTrusted(client, config.trustedProxies) || !ipaddr.isValid(hop)) break;
    client = hop;
  }
  return client || 'unknown';
}

/** `::ffff:10.0.0.1`, as a dual-stack socket says it, is 10.0.0.1. */
function plain(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : '';
}

function isTrusted(address: string, proxies: string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.parse(address);
  return proxies.some((entry) => {
    if (!ipaddr.isValidCIDR(entry)) return plain(entry) === address;
    const range = ipaddr.parseCIDR(entry);
    return range[0].kind() === ip.kind() && ip.match(range);
  });
}
