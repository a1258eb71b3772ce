/**
 * Mail autoconfiguration (draft-ietf-mailmaint-autoconfig): an XML file that the domain itself, or the public provider
 * database, serves over https. Read without entities: htmlparser2 knows no DTD.
 */
import { parseDocument } from 'htmlparser2';
import { fetchGuarded } from '@/lib/net/fetch';
import type { NetConfig } from '@/lib/net/guard';
import { normalHost } from '@/lib/net/resolve';
import type { Endpoint } from '@/lib/net/types';

const LIMITS = { size: 256 * 1024, milliseconds: 4_500, redirects: 3 };
const MOST_SERVERS = 20;

export interface AutoconfigServer extends Endpoint {
  protocol: 'imap' | 'pop3' | 'smtp';
  user: string;
}

type Node = ReturnType<typeof parseDocument>['children'][number];
type Element = Extract<Node, { attribs: Record<string, string> }>;

/** The domain is told, the address never. */
export function autoconfigUrls(domain: string): URL[] {
  return [
    new URL(`https://autoconfig.${domain}/mail/config-v1.1.xml`),
    new URL(`https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`),
  ];
}

export const databaseUrl = (domain: string): URL =>
  new URL(`https://autoconfig.thunderbird.net/v1.1/${domain}`);

/** Empty when the file says nothing usable. @throws ConnectionError, ProtocolError */
export async function fetchAutoconfig(
  url: URL,
  address: string,
  config: NetConfig,
): Promise<AutoconfigServer[]> {
  const { status, body } = await fetchGuarded(url, config, LIMITS);
  return status === 200 ? parseAutoconfig(body.toString('utf8'), address) : [];
}

export function parseAutoconfig(xml: string, address: string): AutoconfigServer[] {
  const root = parseDocument(xml, { xmlMode: true, decodeEntities: true });
  const provider = find(root.children, ['clientConfig', 'emailProvider']);
  if (!provider) return [];
  const servers = provider.children
    .filter((node): node is Element => isElement(node) && /^(incoming|outgoing)Server$/.test(node.name))
    .slice(0, MOST_SERVERS);
  return servers.flatMap((element) => serverIn(element, address) ?? []);
}

/** Plain connections and ways to sign in other than a password are left out (security.md S13). */
function serverIn(element: Element, address: string): AutoconfigServer | null {
  const protocol = element.attribs.type;
  const security = { SSL: 'tls', STARTTLS: 'starttls' }[textOf(element, 'socketType').toUpperCase()];
  const host = normalHost(textOf(element, 'hostname'));
  const port = Number(textOf(element, 'port'));
  if (protocol !== 'imap' && protocol !== 'pop3' && protocol !== 'smtp') return null;
  if ((security !== 'tls' && security !== 'starttls') || host === '' || !(port > 0 && port < 65_536))
    return null;
  const ways = element.children
    .filter((node) => isElement(node) && node.name === 'authentication')
    .map(content);
  if (ways.length > 0 && !ways.some((way) => /^password-|^plain$/.test(way))) return null;
  return { protocol, host, port, security, user: filled(textOf(element, 'username'), address) };
}

function filled(template: string, address: string): string {
  const at = address.lastIndexOf('@');
  const values: Record<string, string> = {
    EMAILADDRESS: address,
    EMAILLOCALPART: address.slice(0, at),
    EMAILDOMAIN: address.slice(at + 1),
  };
  return template === ''
    ? address
    : template.replace(/%([A-Z]+)%/g, (whole, name: string) => values[name] ?? whole);
}

function find(nodes: Node[], path: string[]): Element | null {
  const [name, ...rest] = path;
  const element = nodes.find((node): node is Element => isElement(node) && node.name === name);
  if (!element || rest.length === 0) return element ?? null;
  return find(element.children, rest);
}

function textOf(element: Element, name: string): string {
  const child = element.children.find((node) => isElement(node) && node.name === name);
  return child ? content(child) : '';
}

function content(node: Node): string {
  if (!isElement(node)) return 'data' in node ? node.data : '';
  return node.children.map(content).join('').trim();
}

function isElement(node: Node): node is Element {
  return 'attribs' in node;
}
