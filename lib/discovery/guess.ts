/** The usual names. A name counts when its host shows a certificate that is good for it; no password is sent. */
import { once } from 'node:events';
import { connect } from 'node:tls';
import { connectionError } from '@/lib/net/errors';
import { type NetConfig, routeTo } from '@/lib/net/guard';
import type { Endpoint } from '@/lib/net/types';

const TIMEOUT = 4_000;

interface Guess {
  imap: Endpoint | null;
  pop3: Endpoint | null;
  smtp: Endpoint | null;
}

const tls = (host: string, port: number): Endpoint => ({ host, port, security: 'tls' });

export async function guessServers(domain: string, config: NetConfig): Promise<Guess> {
  const names = (...prefixes: string[]) => prefixes.map((prefix) => `${prefix}.${domain}`);
  const [imap, pop3, smtp] = await Promise.all([
    firstAnswering(
      names('imap', 'mail').map((host) => tls(host, 993)),
      config,
    ),
    firstAnswering(
      names('pop', 'pop3', 'mail').map((host) => tls(host, 995)),
      config,
    ),
    firstAnswering(
      names('smtp', 'mail').map((host) => tls(host, 465)),
      config,
    ),
  ]);
  return { imap, pop3, smtp };
}

/** All at once; the first in the list of those that answer. */
async function firstAnswering(endpoints: Endpoint[], config: NetConfig): Promise<Endpoint | null> {
  const answers = await Promise.allSettled(endpoints.map((endpoint) => shakeHands(endpoint, config)));
  return endpoints.find((_, at) => answers[at]?.status === 'fulfilled') ?? null;
}

async function shakeHands(endpoint: Endpoint, config: NetConfig): Promise<void> {
  const route = await routeTo(endpoint, config);
  const socket = connect({ host: route.address, port: route.port, ...route.tls });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(TIMEOUT) });
  } catch (error) {
    throw connectionError(error, endpoint);
  } finally {
    socket.destroy();
  }
}
