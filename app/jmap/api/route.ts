import { authenticate } from '@/lib/auth/authenticate';
import { dispatch } from '@/lib/jmap/dispatch';
import { parseRequest } from '@/lib/jmap/envelope';
import { readBody } from '@/lib/jmap/http/body';
import { Gate } from '@/lib/jmap/http/gate';
import { jsonResponse, respond } from '@/lib/jmap/http/respond';
import { LIMITS } from '@/lib/jmap/limits';

export const dynamic = 'force-dynamic';

const gate = new Gate(LIMITS.maxConcurrentRequests, 'maxConcurrentRequests');

export function POST(request: Request): Promise<Response> {
  return respond(async () => {
    const principal = await authenticate(request);
    return gate.pass(principal.userId, async () => {
      const jmapRequest = parseRequest(await readBody(request));
      return jsonResponse(await dispatch(principal, jmapRequest));
    });
  });
}
