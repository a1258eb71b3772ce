import { answerApi } from '@/lib/jmap/http/api';
import { toResponse } from '@/lib/jmap/http/respond';

export const dynamic = 'force-dynamic';

/** `npm start` answers before Next comes to it (lib/jmap/http/direct.ts). */
export async function POST(request: Request): Promise<Response> {
  return toResponse(await answerApi(request));
}
