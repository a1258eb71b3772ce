/** The body of a request as text, up to a limit that is counted and not believed. */
import { LIMITS } from '@/lib/jmap/limits';
import { RequestProblem } from '@/lib/jmap/problem';

export interface BodyRequest {
  headers: Headers;
  body: AsyncIterable<Uint8Array> | null;
}

export async function readBody(request: BodyRequest): Promise<string> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new RequestProblem('notJSON', 'The content type is not application/json');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > LIMITS.maxSizeRequest)
      throw new RequestProblem('limit', 'Too large', { limit: 'maxSizeRequest', status: 413 });
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new RequestProblem(
      'notJSON',
      `The body is not UTF-8: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
