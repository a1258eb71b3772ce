import { authenticate } from '@/lib/auth/authenticate';
import { jsonResponse, respond } from '@/lib/jmap/http/respond';
import { sessionFor } from '@/lib/jmap/session';

export const dynamic = 'force-dynamic';

export function GET(request: Request): Promise<Response> {
  return respond(async () => jsonResponse(await sessionFor(await authenticate(request))));
}
