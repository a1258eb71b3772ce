/** How a connection is made, and what a server may make us wait for or hold. */
import type { Route } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';

/** Socket, TLS, greeting and sign-in together: a person waits for it (security.md R7). */
export const CONNECT_MS = 15_000;
const GREETING_MS = 10_000;
/** Between commands the lanes' own timers end a connection; this only backs them up. */
const SOCKET_MS = 15 * 60_000;
/** What one answer may hold (security.md R10, R11). Parts are read in chunks of at most 4 MB. */
const LIMITS = {
  maxLineLength: 16 << 20,
  maxLiteralSize: 16 << 20,
  maxResponseSize: 48 << 20,
  maxResponseTokens: 200_000,
};
/** Some servers refuse SELECT without ID (gateway.md pitfall 1). */
const CLIENT = { name: 'Gatepost', version: '0.1', vendor: false as const, 'support-url': false as const };

export function flowOptions(route: Route, login: ServerLogin, secret: Secret) {
  const tls = route.security === 'tls';
  return {
    host: route.address,
    port: route.port,
    secure: tls,
    // Required or refused, never "if offered": imapflow would go on in clear (security.md S14).
    ...(tls ? {} : { doSTARTTLS: route.security === 'starttls' }),
    ...(route.tls.servername ? { servername: route.tls.servername } : {}),
    tls: route.tls,
    auth: secret.accessToken
      ? { user: login.user, accessToken: secret.accessToken }
      : { user: login.user, pass: secret.password },
    clientInfo: CLIENT,
    qresync: true,
    // Nothing of it is needed, names would go as UTF-8, and some only claim it: then each SEARCH is empty (pitfall 23).
    disableIMAP4rev2: true,
    disableAutoIdle: true,
    disableCompression: true,
    logger: false as const,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SOCKET_MS,
    ...LIMITS,
  };
}
