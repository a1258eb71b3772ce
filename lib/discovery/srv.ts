/** Mail services in the DNS (RFC 6186, RFC 8314 §5.1): `_imaps._tcp.example.org`. */
import { type DnsConfig, normalHost, resolver } from '@/lib/net/resolve';
import type { Endpoint, Security } from '@/lib/net/types';

export interface SrvServers {
  imap: Endpoint | null;
  pop3: Endpoint | null;
  smtp: Endpoint | null;
}

/** TLS at once first. */
const SERVICES: [keyof SrvServers, string, Security][] = [
  ['imap', '_imaps', 'tls'],
  ['imap', '_imap', 'starttls'],
  ['pop3', '_pop3s', 'tls'],
  ['pop3', '_pop3', 'starttls'],
  ['smtp', '_submissions', 'tls'],
  ['smtp', '_submission', 'starttls'],
];

export async function srvServers(domain: string, config: DnsConfig): Promise<SrvServers> {
  const dns = resolver(config);
  const answers = await Promise.allSettled(
    SERVICES.map(([, name]) => dns.resolveSrv(`${name}._tcp.${domain}`)),
  );
  const found: SrvServers = { imap: null, pop3: null, smtp: null };
  for (const [at, [protocol, , security]] of SERVICES.entries()) {
    const answer = answers[at];
    if (answer?.status !== 'fulfilled') continue;
    const [best] = answer.value.sort((a, b) => a.priority - b.priority || b.weight - a.weight);
    const host = normalHost(best?.name ?? '');
    // A target of "." says that the service is not there.
    if (best && host !== '') found[protocol] ??= { host, port: best.port, security };
  }
  return found;
}

/** A target outside the domain is only as good as the DNS answer: RFC 6186 §6 wants it confirmed. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** The hosts that take the domain's mail, the preferred first; empty when none answers. */
export async function mxHosts(domain: string, config: DnsConfig): Promise<string[]> {
  const [answer] = await Promise.allSettled([resolver(config).resolveMx(domain)]);
  if (answer.status !== 'fulfilled') return [];
  return answer.value.sort((a, b) => a.priority - b.priority).map((entry) => normalHost(entry.exchange));
}
