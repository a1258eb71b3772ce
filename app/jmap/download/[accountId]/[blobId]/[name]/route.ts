import { Blobs } from '@/lib/account/blobs';
import { runtime } from '@/lib/account/runtime';
import { authenticate } from '@/lib/auth/authenticate';
import { attachmentsZip, zippedEmailId } from '@/lib/jmap/http/attachments-zip';
import { blobResponse, downloadResponse } from '@/lib/jmap/http/download';
import { respond } from '@/lib/jmap/http/respond';

export const dynamic = 'force-dynamic';

interface Params {
  params: Promise<{ accountId: string; blobId: string; name: string }>;
}

export function GET(request: Request, { params }: Params): Promise<Response> {
  return respond(async () => {
    const principal = await authenticate(request);
    const { accountId, blobId, name } = await params;
    const { accounts, uploads, blobCache } = await runtime();
    const account = await accounts.openOwned(principal.userId, accountId);
    const blobs = new Blobs(account, uploads);
    const zipped = zippedEmailId(blobId);
    if (zipped !== null)
      return downloadResponse(await attachmentsZip(account, blobs, zipped), name, 'application/zip');
    const type = new URL(request.url).searchParams.get('type');
    return blobResponse(request, { id: blobId, blobs, cache: blobCache }, { name, type });
  });
}
