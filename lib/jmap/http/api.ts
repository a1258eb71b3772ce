/** POST /jmap/api (RFC 8620 §3.1): who asks, how much at a time, and for what. */
import { authenticate } from '@/lib/auth/authenticate';
import { dispatch } from '@/lib/jmap/dispatch';
import { parseRequest } from '@/lib/jmap/envelope';
import { LIMITS } from '@/lib/jmap/limits';
import { type BodyRequest, readBody } from './body';
import { Gate } from './gate';
import { type Answer, answered, jsonAnswer } from './respond';

/** As much of a Request as is looked at. */
export type ApiRequest = BodyRequest & {
  method: string;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
};

const gate = new Gate(LIMITS.maxConcurrentRequests, 'maxConcurrentRequests');

export function answerApi(request: ApiRequest): Promise<Answer> {
  return answered(async () => {
    const principal = await authenticate(request);
    return gate.pass(principal.userId, async () => {
      const jmapRequest = parseRequest(await readBody(request));
      return jsonAnswer(await dispatch(principal, jmapRequest, undefined, request.signal));
    });
  });
}
