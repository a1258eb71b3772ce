/**
 * Finds the servers of an address: all ways at once, five seconds at most, the surest answer first (gateway.md 5). Only the
 * domain leaves this process; the password is asked for later, when the person has seen the hosts (security.md S13).
 */
import type { Config } from '@/lib/config';
import { RequestError } from '@/lib/errors';
import { errorFields, log } from '@/lib/log';
import type { NetConfig } from '@/lib/net/guard';
import { normalHost } from '@/lib/net/resolve';
import type { Endpoint, ServerLogin } from '@/lib/net/types';
import { type AutoconfigServer, autoconfigUrls, databaseUrl, fetchAutoconfig } from './autoconfig';
import { guessServers } from './guess';
import { type Preset, presetForDomain, presetForHost, presetForMx, providerOf } from './presets';
import { isWithin, mxHosts, srvServers } from './srv';
import type { Discovered, FoundServers, ServersSource } from './types';
import { wellKnownSubmission } from './well-known';

const AT_MOST = 5_000;
const LONGEST_ADDRESS = 320;
/** Nothing that could end a line or a list on any wire (security.md S16). */
const PRINTABLE = /^[^\s<>,;\p{Cc}\p{Cf}]+$/u;

export type DiscoveryConfig = NetConfig & Pick<Config, 'mailDomain'>;

interface Trio {
  imap: Endpoint | null;
  pop3: Endpoint | null;
  smtp: Endpoint | null;
}

/** `anna@example.org`, its domain in lower case and ASCII. @throws invalidArguments */
export function fullAddress(text: string, config: Pick<Config, 'mailDomain' | 'fixed'>): string {
  const typed = text.trim();
  // Named servers may know bare user names; an address is needed all the same.
  const domainOfBare = config.mailDomain ?? config.fixed?.incoming.host;
  const address = typed.includes('@') || !domainOfBare ? typed : `${typed}@${domainOfBare}`;
  const at = address.lastIndexOf('@');
  const domain = normalHost(address.slice(at + 1));
  if (at < 1 || domain === '' || address.length > LONGEST_ADDRESS || !PRINTABLE.test(address)) {
    throw new RequestError('invalidArguments', 'this is no mail address', {
      params: { properties: 'address' },
    });
  }
  return `${address.slice(0, at)}@${domain}`;
}

export async function discover(text: string, config: DiscoveryConfig): Promise<Discovered> {
  const address = fullAddress(text, config);
  if (config.fixed) {
    const user = config.mailDomain || text.includes('@') ? address : text.trim();
    return { address, provider: null, servers: [fixedServers(user, config.fixed)] };
  }
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const known = presetForDomain(domain);
  if (known) return { address, provider: providerOf(known), servers: fromPreset(known, address, 'preset') };
  const answers = await Promise.all(ways(domain, address, config).map((way) => within(AT_MOST, way)));
  const servers = distinct(answers.flat());
  const preset = servers[0] ? presetForHost(servers[0].incoming.host) : null;
  return { address, provider: preset && providerOf(preset), servers };
}

/** In the order of trust. */
function ways(domain: string, address: string, config: DiscoveryConfig): Promise<FoundServers[]>[] {
  const [sub = databaseUrl(domain), wellKnown = databaseUrl(domain)] = autoconfigUrls(domain);
  const autoconfig = (url: URL, confirmed: boolean) => fromAutoconfig(url, address, confirmed, config);
  return [
    autoconfig(sub, true),
    autoconfig(wellKnown, true),
    // The database is a third party: good for finding, not for confirming.
    autoconfig(databaseUrl(domain), false),
    fromSrv(domain, address, config),
    fromMx(domain, address, config),
    fromGuess(domain, address, config),
  ];
}

function fixedServers(user: string, fixed: NonNullable<Config['fixed']>): FoundServers {
  const login = (endpoint: Endpoint): ServerLogin => ({ ...endpoint, user });
  const { kind, incoming, outgoing } = fixed;
  return { kind, incoming: login(incoming), outgoing: login(outgoing), source: 'fixed', confirmed: true };
}

function fromPreset(preset: Preset, address: string, source: 'preset' | 'mx'): FoundServers[] {
  const user = preset.user === 'localPart' ? address.slice(0, address.lastIndexOf('@')) : address;
  const { imap, pop3 = null, smtp } = preset;
  return combined({ imap, pop3, smtp }, user, source, source === 'preset');
}

async function fromAutoconfig(
  url: URL,
  address: string,
  confirmed: boolean,
  config: NetConfig,
): Promise<FoundServers[]> {
  const servers = await fetchAutoconfig(url, address, config);
  const outgoing = servers.find((server) => server.protocol === 'smtp');
  if (!outgoing) return [];
  const incoming = servers
    .filter((server) => server.protocol !== 'smtp')
    .sort((a, b) => a.protocol.localeCompare(b.protocol));
  return incoming.map((server) => ({
    kind: server.protocol === 'pop3' ? 'pop3' : 'imap',
    incoming: loginOf(server),
    outgoing: loginOf(outgoing),
    source: 'autoconfig',
    confirmed,
  }));
}

/** DNS answers are not signed: even a target within the domain is for the person to confirm, unless it is beneath it. */
async function fromSrv(domain: string, address: string, config: NetConfig): Promise<FoundServers[]> {
  const found = await srvServers(domain, config);
  const hosts = [found.imap, found.pop3, found.smtp].flatMap((server) => server?.host ?? []);
  return combined(
    found,
    address,
    'srv',
    hosts.every((host) => isWithin(host, domain)),
  );
}

async function fromMx(domain: string, address: string, config: NetConfig): Promise<FoundServers[]> {
  const preset = presetForMx(await mxHosts(domain, config));
  return preset ? fromPreset(preset, address, 'mx') : [];
}

async function fromGuess(domain: string, address: string, config: NetConfig): Promise<FoundServers[]> {
  const known = wellKnownSubmission(domain);
  // `smtp.example.net` takes the mail: then `imap.example.net` is likely where it is read.
  const found = await guessServers(known ? parentOf(known.host) : domain, config);
  return combined({ ...found, smtp: known ?? found.smtp }, address, 'guess', false);
}

function parentOf(host: string): string {
  const labels = host.split('.');
  return labels.length > 2 ? labels.slice(1).join('.') : host;
}

/** IMAP before POP3, each with the submission server. */
function combined(
  { imap, pop3, smtp }: Trio,
  user: string,
  source: ServersSource,
  confirmed: boolean,
): FoundServers[] {
  if (!smtp) return [];
  const outgoing = { ...smtp, user };
  const servers = (kind: 'imap' | 'pop3', incoming: Endpoint): FoundServers => ({
    kind,
    incoming: { ...incoming, user },
    outgoing,
    source,
    confirmed,
  });
  return [...(imap ? [servers('imap', imap)] : []), ...(pop3 ? [servers('pop3', pop3)] : [])];
}

function loginOf({ host, port, security, user }: AutoconfigServer): ServerLogin {
  return { host, port, security, user };
}

/** The surest of those that name the same servers; IMAP before POP3. */
function distinct(found: FoundServers[]): FoundServers[] {
  const byHosts = new Map<string, FoundServers>();
  for (const servers of found) {
    const { kind, incoming, outgoing } = servers;
    const key = `${kind} ${incoming.host}:${incoming.port} ${outgoing.host}:${outgoing.port}`;
    const known = byHosts.get(key);
    if (!known || (!known.confirmed && servers.confirmed)) byHosts.set(key, servers);
  }
  const rank = (one: FoundServers) => (one.kind === 'imap' ? 0 : 2) + (one.confirmed ? 0 : 1);
  return [...byHosts.values()].sort((a, b) => rank(a) - rank(b));
}

/** A way that fails or takes too long has found nothing. */
async function within(milliseconds: number, way: Promise<FoundServers[]>): Promise<FoundServers[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<FoundServers[]>((resolve) => {
    timer = setTimeout(resolve, milliseconds, []);
  });
  const found = way.catch((error): FoundServers[] => {
    log.debug('discovery.way-failed', errorFields(error));
    return [];
  });
  try {
    return await Promise.race([found, late]);
  } finally {
    clearTimeout(timer);
  }
}
