import { createHash, timingSafeEqual } from 'node:crypto';
import { route } from '@/app/api/respond';
import { metricsOf } from '@/lib/account/metrics';
import { runtime } from '@/lib/account/runtime';
import type { Config } from '@/lib/config';
import { isLoopback } from '@/lib/config-values';
import { RequestError } from '@/lib/errors';

export const dynamic = 'force-dynamic';

/** For whoever runs this server: with METRICS_TOKEN, or without it where nobody from outside can ask. */
export const GET = route(async (request) => {
  const host = await runtime();
  if (!mayRead(request, host.config)) throw new RequestError('notSignedIn', 'METRICS_TOKEN is asked for');
  return new Response(await metricsOf(host), {
    headers: {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      'Cache-Control': 'private, no-store',
    },
  });
});

/** Behind a proxy every request comes from this machine: it is the public address that decides. */
function mayRead(request: Request, { metricsToken, baseUrl }: Config): boolean {
  if (metricsToken === null) return isLoopback(baseUrl.hostname);
  const [scheme, token = ''] = (request.headers.get('authorization') ?? '').split(' ');
  return /^bearer$/i.test(scheme ?? '') && timingSafeEqual(digest(token), digest(metricsToken));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
