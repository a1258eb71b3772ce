/** The one place that asks the DNS: the operator's servers when named, else the system (which also reads /etc/hosts). */
import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { ConnectionError } from '@/lib/errors';

const ANSWER_TIMEOUT = 5_000;
const HOST = /^[a-z0-9_.-]{1,253}$/;

export interface DnsConfig {
  dnsServers: string[];
}

/** Lower case, no brackets, no final dot, IDN as ASCII. Empty when it cannot be a host. */
export function normalHost(host: string): string {
  const bare = host
    .trim()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (isIP(bare)) return bare;
  const ascii = domainToASCII(bare);
  return HOST.test(ascii) ? ascii : '';
}

/** Every address of a host, IPv4 first: a machine without IPv6 must not fail on the first try. @throws hostNotFound */
export async function addressesOf(host: string, config: DnsConfig): Promise<string[]> {
  if (isIP(host)) return [host];
  if (!HOST.test(host)) throw notFound(host);
  const found =
    config.dnsServers.length > 0 ? await ask(host, config) : await withTimeout(host, askSystem(host));
  if (found.length === 0) throw notFound(host);
  return found.sort((a, b) => isIP(a) - isIP(b));
}

export function resolver(config: DnsConfig): Resolver {
  const dns = new Resolver({ timeout: ANSWER_TIMEOUT / 2, tries: 2 });
  if (config.dnsServers.length > 0) dns.setServers(config.dnsServers);
  return dns;
}

async function ask(host: string, config: DnsConfig): Promise<string[]> {
  const dns = resolver(config);
  const answers = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)]);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

async function askSystem(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map((entry) => entry.address);
  } catch (cause) {
    throw notFound(host, cause);
  }
}

/** getaddrinfo has no time limit of its own. */
async function withTimeout(host: string, answer: Promise<string[]>): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(notFound(host)), ANSWER_TIMEOUT);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function notFound(host: string, cause?: unknown): ConnectionError {
  return new ConnectionError('hostNotFound', 'the name has no address', { cause, params: { host } });
}
