/** From the bytes of a request to a `JmapRequest` (RFC 8620 §3.3). */
import { LIMITS } from './limits';
import { RequestProblem } from './problem';
import {
  BLOB,
  CORE,
  GATEPOST,
  type Invocation,
  type JmapRequest,
  type JsonValue,
  MAIL,
  MDN,
  QUOTA,
  SIEVE,
  SUBMISSION,
  VACATION,
  VAPID,
} from './types';

export const CAPABILITIES: ReadonlySet<string> = new Set([
  CORE,
  MAIL,
  SUBMISSION,
  VACATION,
  SIEVE,
  QUOTA,
  BLOB,
  MDN,
  VAPID,
  GATEPOST,
]);

export function parseRequest(text: string): JmapRequest {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
    // RFC 7493 §2.1: half a character is no I-JSON, and no database would take it. Only an escape can bring one.
    if (/\\u[dD][89a-fA-F]/.test(text)) requireWellFormed(value);
  } catch (error) {
    throw new RequestProblem(
      'notJSON',
      `The body is not JSON: ${error instanceof Error ? error.message : ''}`,
    );
  }
  return checkRequest(value);
}

/** @throws RequestProblem notRequest, unknownCapability, limit */
export function checkRequest(value: JsonValue): JmapRequest {
  const request = asObject(value, 'The request is not an object');
  const using = request.using;
  if (!Array.isArray(using) || !using.every((item) => typeof item === 'string')) {
    throw new RequestProblem('notRequest', '"using" is not an array of strings');
  }
  const unknown = using.find((capability) => !CAPABILITIES.has(capability));
  if (unknown !== undefined) throw new RequestProblem('unknownCapability', `Unknown capability ${unknown}`);
  const calls = request.methodCalls;
  if (!Array.isArray(calls)) throw new RequestProblem('notRequest', '"methodCalls" is not an array');
  if (calls.length > LIMITS.maxCallsInRequest) {
    throw new RequestProblem('limit', 'Too many method calls', { limit: 'maxCallsInRequest' });
  }
  return { using, methodCalls: calls.map(asInvocation), ...createdIdsOf(request.createdIds) };
}

/** @throws SyntaxError */
function requireWellFormed(value: JsonValue): void {
  const text = JSON.stringify(value);
  // JSON.stringify writes a lone surrogate as an escape, and every other character as itself.
  if (/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text)) throw new SyntaxError('a lone surrogate');
}

function createdIdsOf(value: JsonValue | undefined): { createdIds?: Record<string, string> } {
  if (value === undefined) return {};
  const createdIds: Record<string, string> = {};
  for (const [key, id] of Object.entries(asObject(value, '"createdIds" is not an object'))) {
    if (typeof id !== 'string') throw new RequestProblem('notRequest', 'A created id is not a string');
    createdIds[key] = id;
  }
  return { createdIds };
}

function asInvocation(value: JsonValue): Invocation {
  if (!Array.isArray(value) || value.length !== 3) {
    throw new RequestProblem('notRequest', 'A method call is not an array of three');
  }
  const [name, args, callId] = value;
  if (typeof name !== 'string' || typeof callId !== 'string') {
    throw new RequestProblem('notRequest', 'A method call has no name or no call id');
  }
  return [name, asObject(args ?? null, 'The arguments of a method call are not an object'), callId];
}

function asObject(value: JsonValue, otherwise: string) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new RequestProblem('notRequest', otherwise);
  }
  return value;
}
