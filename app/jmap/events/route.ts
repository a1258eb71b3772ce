import { runtime } from '@/lib/account/runtime';
import { authenticate, onRevoked } from '@/lib/auth/authenticate';
import { eventStream } from '@/lib/jmap/http/event-stream';
import { respond } from '@/lib/jmap/http/respond';
import { currentStates } from '@/lib/jmap/http/state-vector';
import { MAX_EVENT_STREAMS } from '@/lib/jmap/limits';
import { RequestProblem } from '@/lib/jmap/problem';

export const dynamic = 'force-dynamic';

const MIN_PING_SECONDS = 15;
const MAX_PING_SECONDS = 300;

export function GET(request: Request): Promise<Response> {
  return respond(async () => {
    const principal = await authenticate(request);
    const host = await runtime();
    if (host.hub.listeners(principal.userId) >= MAX_EVENT_STREAMS)
      throw new RequestProblem('limit', 'Too many at once', { limit: 'maxEventStreams', status: 429 });
    const query = new URL(request.url).searchParams;
    const types = query.get('types') ?? '*';
    const stream = eventStream({
      hub: host.hub,
      userId: principal.userId,
      types: types === '*' ? null : new Set(types.split(',')),
      closeAfterState: query.get('closeafter') === 'state',
      pingSeconds: pingSeconds(query.get('ping')),
      lastEventId: request.headers.get('last-event-id'),
      currentStates: () => currentStates(host, principal.userId),
      onOpen: (end) => onRevoked(principal, end),
    });
    return new Response(stream, {
      headers: {
        'Content-Type': 'text/event-stream',
        // no-transform: compression would hold events back.
        'Cache-Control': 'private, no-store, no-transform',
        'X-Accel-Buffering': 'no',
      },
    });
  });
}

/** 0, and what is no number: none. */
function pingSeconds(value: string | null): number {
  const seconds = Number(value ?? 0);
  return seconds > 0 ? Math.min(Math.max(Math.round(seconds), MIN_PING_SECONDS), MAX_PING_SECONDS) : 0;
}
