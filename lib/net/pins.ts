/**
 * The operator's exception for one certificate of one host (security.md S15): self-signed, from an unknown authority or for
 * another name, but exactly this one. Node checks a fingerprint only after the chain, so the certificate is looked at first,
 * and when its fingerprint is the pinned one, that certificate alone is the authority of the real connection.
 */
import { createSecureContext, type SecureContext } from 'node:tls';
import { certificateAt } from './certificate';
import type { Route, RouteTls } from './guard';

interface Pinned {
  fingerprint: string;
  context: SecureContext;
}

/** A certificate changes seldom; when it does, the connection fails once and is looked at again. */
const seen = new Map<string, Pinned>();
const MOST_SEEN = 1_000;

/** As without a pin when the server shows another certificate: it may have got a proper one. */
export async function pinnedTls(route: Route, pin: string): Promise<RouteTls> {
  const key = `${route.host}:${route.port} ${pin}`;
  const known = seen.get(key) ?? (await look(route, pin));
  if (!known) return route.tls;
  if (seen.size >= MOST_SEEN) seen.clear();
  seen.set(key, known);
  return {
    ...route.tls,
    secureContext: known.context,
    checkServerIdentity: (_host, certificate) => {
      if (fingerprintOf(certificate.fingerprint256) === pin) return undefined;
      seen.delete(key);
      return Object.assign(new Error('the certificate is not the pinned one'), { code: 'CERT_UNTRUSTED' });
    },
  };
}

async function look(route: Route, pin: string): Promise<Pinned | null> {
  const { fingerprint, pem } = await certificateAt(route);
  if (fingerprint !== pin) return null;
  // Partial chains: the pinned certificate may have been issued by somebody whom nobody knows.
  return {
    fingerprint,
    context: createSecureContext({ ca: pem, minVersion: 'TLSv1.2', allowPartialTrustChain: true }),
  };
}

function fingerprintOf(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
