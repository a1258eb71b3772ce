/** The page's JMAP transport (RFC 8620 §3): one POST per call, many methods in it, failures as typed errors. */
import type { ErrorCode } from '@/lib/errors';
import {
  BLOB,
  CORE,
  GATEPOST,
  type Invocation,
  type JmapRequest,
  type JmapResponse,
  type JsonObject,
  MAIL,
  MDN,
  QUOTA,
  SUBMISSION,
} from '@/lib/jmap/types';

/** RFC 8620 §3.6.2 and our own codes; `detail` holds the server's words, shown folded and inert. */
export class JmapFault extends Error {
  readonly code: ErrorCode | (string & {});
  readonly detail: string | undefined;
  readonly params: Record<string, string | number>;

  constructor(code: string, detail?: string, params: Record<string, string | number> = {}) {
    super(detail ? `${code}: ${detail}` : code);
    this.name = 'JmapFault';
    this.code = code;
    this.detail = detail;
    this.params = params;
  }
}

/** The gateway itself cannot be reached: the request may be sent again when the link is back. */
export class LinkFault extends JmapFault {
  constructor(cause?: unknown) {
    super('offline');
    this.name = 'LinkFault';
    this.cause = cause;
  }
}

export function faultOf(error: unknown): JmapFault {
  return error instanceof JmapFault
    ? error
    : new JmapFault('serverFail', error instanceof Error ? error.message : undefined);
}

export const USING = [CORE, MAIL, SUBMISSION, BLOB, MDN, QUOTA, GATEPOST];

export function request(methodCalls: Invocation[]): JmapRequest {
  return { using: USING, methodCalls };
}

/** A back-reference (RFC 8620 §3.7); the argument's name gets the `#`. */
export function ref(resultOf: string, name: string, path: string): JsonObject {
  return { resultOf, name, path };
}

/** The answers of one request, read by call id. */
export class Answers {
  readonly #responses: Invocation[];

  constructor(response: JmapResponse) {
    this.#responses = response.methodResponses;
  }

  /** Arguments of the answer to `callId`; a method-level error (RFC 8620 §3.6.2) is thrown. */
  of<T>(callId: string): T {
    const answer = this.#responses.find(([, , id]) => id === callId);
    if (!answer) throw new JmapFault('serverFail', `no answer to ${callId}`);
    const [name, args] = answer;
    if (name === 'error') throw methodFault(args);
    return args as T;
  }

  error(callId: string): JmapFault | null {
    const answer = this.#responses.find(([, , id]) => id === callId);
    return answer?.[0] === 'error' ? methodFault(answer[1]) : null;
  }

  has(callId: string): boolean {
    return this.#responses.some(([name, , id]) => id === callId && name !== 'error');
  }
}

function methodFault(args: JsonObject): JmapFault {
  const own = args['gatepost:code'];
  const words = args['gatepost:serverText'] ?? args.description;
  const params = args['gatepost:params'];
  return new JmapFault(
    typeof own === 'string' ? own : String(args.type),
    typeof words === 'string' ? words : undefined,
    isParams(params) ? params : {},
  );
}

function isParams(value: unknown): value is Record<string, string | number> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface Transport {
  call(methodCalls: Invocation[], signal?: AbortSignal): Promise<Answers>;
}

/** S20: a change by cookie needs a header that no foreign page can send. */
export const OWN_HEADER = { 'X-Gatepost': '1' };

export function httpTransport(apiUrl: string, send: typeof fetch = (...args) => fetch(...args)): Transport {
  return {
    async call(methodCalls, signal) {
      const response = await post(send, apiUrl, request(methodCalls), signal);
      if (!response.ok) throw await httpFault(response);
      return new Answers(await answerOf(response, signal));
    },
  };
}

async function post(
  send: typeof fetch,
  url: string,
  body: JmapRequest,
  signal?: AbortSignal,
): Promise<Response> {
  try {
    return await send(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...OWN_HEADER },
      body: JSON.stringify(body),
      credentials: 'same-origin',
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw new JmapFault('canceled');
    throw new LinkFault(error);
  }
}

async function answerOf(response: Response, signal?: AbortSignal): Promise<JmapResponse> {
  try {
    return (await response.json()) as JmapResponse;
  } catch (error) {
    throw signal?.aborted ? new JmapFault('canceled') : error;
  }
}

/** Problem details (RFC 9457) carry our code; without them the status has to do. */
export async function httpFault(response: Response): Promise<JmapFault> {
  const problem: unknown = response.headers.get('Content-Type')?.includes('json')
    ? await response.json()
    : null;
  const { code, type, detail } = (problem ?? {}) as { code?: string; type?: string; detail?: string };
  if (response.status === 401) return new JmapFault('notSignedIn', detail);
  // A proxy in front answers for a gateway that is down or restarting.
  if ([502, 504].includes(response.status) && !code) return new LinkFault(response.status);
  return new JmapFault(code ?? type?.split(':').at(-1) ?? 'serverFail', detail);
}
