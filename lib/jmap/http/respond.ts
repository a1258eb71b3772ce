/** Answers of the JMAP routes: JSON that no cache keeps (security.md S27), failures as problem details (RFC 9457). */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ConnectionError, type ErrorCode, MailError } from '@/lib/errors';
import { RequestProblem } from '@/lib/jmap/problem';
import { errorFields, log } from '@/lib/log';
import { hasLeft } from './left';
import { pullStream } from './pull-stream';

const PRIVATE = { 'Cache-Control': 'private, no-store', 'X-Content-Type-Options': 'nosniff' };

const STATUS: Partial<Record<ErrorCode, number>> = {
  notSignedIn: 401,
  originRefused: 403,
  forbidden: 403,
  notFound: 404,
  blobNotFound: 404,
  goneAtProvider: 410,
  invalidArguments: 400,
  tooLarge: 413,
  rateLimit: 429,
  overQuota: 507,
  mailStoreFull: 507,
  storageFull: 507,
};

/** An answer before it is a Response: making one and reading it out again costs as much as a small method. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Readable | null;
}

export function jsonAnswer(body: object, status = 200): Answer {
  return { status, headers: { ...PRIVATE, 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

export function jsonResponse(body: object, status = 200): Response {
  return toResponse(jsonAnswer(body, status));
}

export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body instanceof Readable ? pullStream(body) : body, { status, headers });
}

export function notModified(): Response {
  return new Response(null, { status: 304, headers: PRIVATE });
}

/** Runs a route; whatever it throws becomes an answer. */
export async function respond(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    return toResponse(problemAnswer(error));
  }
}

export async function answered(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    return problemAnswer(error);
  }
}

function problemAnswer(error: unknown): Answer {
  if (error instanceof RequestProblem) return problem(error.status, error.toJSON());
  // Nobody reads the answer; a page that is left breaks off what it asks.
  if (hasLeft(error)) {
    log.debug('jmap.left');
    return problem(400, details('invalidArguments', 400, 'The request broke off', {}));
  }
  if (!(error instanceof MailError)) {
    const errorId = randomBytes(5).toString('hex');
    log.error('jmap.unexpected', { errorId, ...errorFields(error) });
    return problem(500, details('serverFail', 500, 'Unexpected error', { id: errorId }));
  }
  const status = STATUS[error.code] ?? (error instanceof ConnectionError ? 503 : 500);
  return problem(status, details(error.code, status, error.message, error.params), extraHeaders(error));
}

function details(code: ErrorCode, status: number, title: string, params: MailError['params']) {
  return { type: `urn:gatepost:error:${code}`, title, status, code, params };
}

function problem(status: number, content: object, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { ...PRIVATE, 'Content-Type': 'application/problem+json', ...headers },
    body: JSON.stringify(content),
  };
}

function extraHeaders(error: MailError): Record<string, string> {
  // Bearer and not Basic: a browser would open its own password window for the page's requests.
  if (error.code === 'notSignedIn') return { 'WWW-Authenticate': 'Bearer realm="Gatepost"' };
  return error.code === 'rateLimit' ? { 'Retry-After': String(error.params.seconds ?? 60) } : {};
}
