import { answerApi } from '@/lib/jmap/http/api';

export const dynamic = 'force-dynamic';

/** `npm start` answers before Next comes to it (lib/jmap/http/direct.ts). */
export function POST(request: Request): Promise<Response> {
  return answerApi(request);
}
