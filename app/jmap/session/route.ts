import { authenticate } from '@/lib/auth/authenticate';
import { isKnown } from '@/lib/jmap/http/etag';
import { jsonResponse, notModified, respond } from '@/lib/jmap/http/respond';
import { sessionFor } from '@/lib/jmap/session';

export const dynamic = 'force-dynamic';

export function GET(request: Request): Promise<Response> {
  return respond(async () => {
    const session = await sessionFor(await authenticate(request));
    const etag = `"${session.state}"`;
    const response = isKnown(request, etag) ? notModified() : jsonResponse(session);
    response.headers.set('ETag', etag);
    return response;
  });
}
