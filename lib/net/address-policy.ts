/**
 * Which addresses may be dialled (security.md S12). The rule is a construction, not a list of bad ones: an address must be
 * ordinary unicast of the public internet, or the operator named it. Mapped, NAT64, 6to4 and Teredo forms are not ordinary.
 */
import ipaddr from 'ipaddr.js';

export interface AddressPolicy {
  allowHosts: string[];
  allowPorts: number[];
  fixed: { incoming: HostPort; outgoing: HostPort; sieve?: HostPort } | null;
}

interface HostPort {
  host: string;
  port: number;
}

function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'unicast';
}

/** Named in ALLOW_HOSTS by name, address or range: any port, may be plain. */
export function isAllowed(host: string, address: string, policy: Pick<AddressPolicy, 'allowHosts'>): boolean {
  return policy.allowHosts.some((entry) => entry === host || entry === address || inRange(address, entry));
}

/** One of the servers of fixed-server mode, at the port named there. */
function isFixedServer(host: string, port: number, policy: Pick<AddressPolicy, 'fixed'>): boolean {
  const { incoming, outgoing, sieve } = policy.fixed ?? {};
  return [incoming, outgoing, sieve].some((server) => server?.host === host && server.port === port);
}

export function mayDial(host: string, address: string, port: number, policy: AddressPolicy): boolean {
  if (isAllowed(host, address, policy) || isFixedServer(host, port, policy)) return true;
  return isPublic(address) && policy.allowPorts.includes(port);
}

function inRange(address: string, entry: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.parse(address);
  if (ipaddr.isValidCIDR(entry)) {
    const range = ipaddr.parseCIDR(entry);
    return range[0].kind() === ip.kind() && ip.match(range);
  }
  return ipaddr.isValid(entry) && ipaddr.parse(entry).toNormalizedString() === ip.toNormalizedString();
}
