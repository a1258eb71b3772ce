import { answerDownload } from '@/lib/jmap/http/download';
import { toResponse } from '@/lib/jmap/http/respond';

export const dynamic = 'force-dynamic';

interface Params {
  params: Promise<{ accountId: string; blobId: string; name: string }>;
}

/** `npm start` answers before Next comes to it (lib/jmap/http/direct.ts). */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const type = new URL(request.url).searchParams.get('type');
  return toResponse(await answerDownload(request, { ...(await params), type }));
}
