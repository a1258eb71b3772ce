/**
 * SIGN_IN: which mail domains and hosts may be signed in to (security.md S25). A listed domain stands for its own hosts and
 * for those that confirmed discovery names for it; an address alone proves nothing, since anybody can type it.
 */
import type { Config } from '@/lib/config';
import { type DiscoveryConfig, discover } from '@/lib/discovery/discover';
import { isWithin } from '@/lib/discovery/srv';
import type { Servers } from '@/lib/discovery/types';
import type { Endpoint } from '@/lib/net/types';

export async function mayUse(
  address: string,
  servers: Servers,
  config: DiscoveryConfig & Pick<Config, 'signIn'>,
): Promise<boolean> {
  const { signIn } = config;
  if (signIn === 'any') return true;
  const used = [servers.incoming, servers.outgoing];
  const domain = address.slice(address.lastIndexOf('@') + 1);
  // With named servers the list can only be about domains: everybody uses the same hosts.
  if (config.fixed)
    return signIn.some((entry) => entry === domain || used.every(({ host }) => isWithin(host, entry)));
  if (used.every(({ host }) => signIn.some((entry) => isWithin(host, entry)))) return true;
  if (!signIn.includes(domain)) return false;
  const found = await discover(address, config);
  const confirmed = found.servers.filter((one) => one.confirmed);
  return confirmed.some(
    (one) => sameServer(one.incoming, servers.incoming) && sameServer(one.outgoing, servers.outgoing),
  );
}

/** The outgoing server of one sender: a host of the list, or the one that confirmed discovery names for an address of a listed domain. */
export async function maySendBy(
  address: string,
  outgoing: Endpoint,
  config: DiscoveryConfig & Pick<Config, 'signIn'>,
): Promise<boolean> {
  const { signIn } = config;
  if (signIn === 'any' || signIn.some((entry) => isWithin(outgoing.host, entry))) return true;
  if (!signIn.includes(address.slice(address.lastIndexOf('@') + 1))) return false;
  const { servers } = await discover(address, config);
  return servers.some((one) => one.confirmed && sameServer(one.outgoing, outgoing));
}

function sameServer(a: Endpoint, b: Endpoint): boolean {
  return a.host === b.host && a.port === b.port;
}
