import { runtime } from '@/lib/account/runtime';
import { authenticate } from '@/lib/auth/authenticate';
import { Gate } from '@/lib/jmap/http/gate';
import { jsonResponse, respond } from '@/lib/jmap/http/respond';
import { receiveUpload } from '@/lib/jmap/http/upload';
import { LIMITS } from '@/lib/jmap/limits';

export const dynamic = 'force-dynamic';

const gate = new Gate(LIMITS.maxConcurrentUpload, 'maxConcurrentUpload');

export function POST(
  request: Request,
  { params }: { params: Promise<{ accountId: string }> },
): Promise<Response> {
  return respond(async () => {
    const principal = await authenticate(request);
    const { accountId } = await params;
    return gate.pass(principal.userId, async () =>
      jsonResponse(await receiveUpload(await runtime(), principal, accountId, request), 201),
    );
  });
}
