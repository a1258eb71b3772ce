/**
 * The only way out to a host that a user, a message or discovery named: resolve once, judge the address, and dial exactly
 * that address (security.md S12), with the TLS rules of S14 and S15.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import {
  checkServerIdentity,
  createSecureContext,
  type PeerCertificate,
  rootCertificates,
  type SecureContext,
} from 'node:tls';
import type { Config } from '@/lib/config';
import { ConnectionError } from '@/lib/errors';
import { isAllowed, mayDial } from './address-policy';
import { pinnedTls } from './pins';
import { addressesOf, normalHost } from './resolve';
import type { Endpoint, Security } from './types';

export type NetConfig = Pick<
  Config,
  'allowHosts' | 'allowPorts' | 'fixed' | 'dnsServers' | 'tlsCaFile' | 'tlsPins'
>;

/** What the operator allows are mail servers: no mail makes us ask a host inside for anything else (security.md S9, S10). */
export const OUTSIDE: Pick<NetConfig, 'allowHosts' | 'fixed'> = { allowHosts: [], fixed: null };

/** For `tls.connect`: verification stays on, and the name checked is the one the user asked for. */
export interface RouteTls {
  /** SNI; absent for a bare address (RFC 6066 §3). */
  servername?: string;
  minVersion: 'TLSv1.2';
  /** Holds TLS_CA_FILE beside the usual authorities. */
  secureContext?: SecureContext;
  checkServerIdentity(host: string, certificate: PeerCertificate): Error | undefined;
}

export interface Route {
  /** Connect to this, never to `host` again: a second look-up could answer otherwise. */
  address: string;
  host: string;
  port: number;
  security: Security;
  tls: RouteTls;
}

/** @throws hostNotFound, addressForbidden (the same answer for every address and port that policy refuses), tlsRequired */
export async function routeTo(endpoint: Endpoint, config: NetConfig): Promise<Route> {
  const host = normalHost(endpoint.host);
  const { port, security } = endpoint;
  const addresses = await addressesOf(host, config);
  const address = addresses.find((candidate) => mayDial(host, candidate, port, config));
  if (!address) {
    throw new ConnectionError('addressForbidden', 'the address policy refuses this host or port', {
      params: { host, port },
    });
  }
  if (security === 'none' && !isAllowed(host, address, config)) {
    throw new ConnectionError('tlsRequired', 'plain connections only to hosts the operator allows', {
      params: { host, port },
    });
  }
  const route = { address, host, port, security, tls: tlsFor(host, config) };
  const pin = security === 'none' ? undefined : config.tlsPins.get(host);
  return pin ? { ...route, tls: await pinnedTls(route, pin) } : route;
}

function tlsFor(host: string, config: NetConfig): RouteTls {
  return {
    ...(isIP(host) ? {} : { servername: host }),
    minVersion: 'TLSv1.2',
    ...(config.tlsCaFile ? { secureContext: contextWith(config.tlsCaFile) } : {}),
    checkServerIdentity: (_dialled, certificate) => checkServerIdentity(host, certificate),
  };
}

const contexts = new Map<string, SecureContext>();

/** Parsing some 140 authorities takes longer than a handshake: once per file. */
function contextWith(caFile: string): SecureContext {
  let context = contexts.get(caFile);
  if (!context) {
    const ca = [...rootCertificates, readFileSync(caFile, 'utf8')];
    context = createSecureContext({ ca, minVersion: 'TLSv1.2' });
    contexts.set(caFile, context);
  }
  return context;
}
