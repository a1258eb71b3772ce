/** What all routes of the control plane share: reading JSON, answering it, and problem details for every failure (RFC 9457). */
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { SignInRefused } from '@/lib/auth/sign-in';
import { presetForHost, providerOf } from '@/lib/discovery/presets';
import { AuthenticationError, ConnectionError, type ErrorCode, MailError, RequestError } from '@/lib/errors';
import { sentenceFor } from '@/lib/i18n/sentence-for';
import { hasLeft } from '@/lib/jmap/http/left';
import { errorFields, log } from '@/lib/log';

/** 2,000 trusted senders of 320 bytes fit. */
const LARGEST_BODY = 1024 * 1024;
/** Nothing here is for a cache (security.md S27). */
const PRIVATE = { 'Cache-Control': 'private, no-store', 'X-Content-Type-Options': 'nosniff' };

const STATUS: Partial<Record<ErrorCode, number>> = {
  invalidArguments: 400,
  invalidProperties: 400,
  unsupported: 400,
  notSignedIn: 401,
  originRefused: 403,
  signInNotAllowed: 403,
  confirmationNeeded: 403,
  forbidden: 403,
  notFound: 404,
  blobNotFound: 404,
  goneAtProvider: 410,
  alreadyExists: 409,
  stateMismatch: 409,
  tooLarge: 413,
  limitExceeded: 422,
  rateLimit: 429,
  serverUnavailable: 503,
  storageFull: 503,
  mailStoreFull: 507,
};

type Handler<C> = (request: Request, context: C) => Promise<Response>;
/** Next gives the parts of the path in `[brackets]`. */
export type PathOf<Name extends string> = { params: Promise<Record<Name, string>> };

export function route<C = unknown>(handle: Handler<C>): Handler<C> {
  return async (request, context) => {
    try {
      return await handle(request, context);
    } catch (error) {
      return problem(error, request);
    }
  };
}

export function answer(body: object, status = 200): Response {
  return Response.json(body, { status, headers: PRIVATE });
}

export function done(headers: Record<string, string> = {}, status = 204): Response {
  return new Response(null, { status, headers: { ...PRIVATE, ...headers } });
}

/** @throws invalidArguments, tooLarge */
export async function bodyOf<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const result = schema.safeParse(parsed(await textOf(request)));
  if (result.success) return result.data;
  const properties = result.error.issues.map((issue) => issue.path.join('.')).join(' ');
  throw new RequestError('invalidArguments', 'the body is not as docs/http.md says', {
    params: { properties },
  });
}

async function textOf(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST_BODY)
      throw new RequestError('tooLarge', 'the body is too large', { params: { max: LARGEST_BODY } });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError('invalidArguments', 'the body is no JSON', { cause, params: { properties: '' } });
  }
}

function problem(error: unknown, request: Request): Response {
  const known = error instanceof MailError ? error : unexpected(error);
  const { code, params, serverText } = known;
  const status = statusOf(known);
  const body = {
    type: `urn:gatepost:error:${code}`,
    title: sentenceFor(request.headers.get('accept-language'), { code, params }),
    status,
    code,
    params,
    ...(serverText ? { serverText } : {}),
    ...(known instanceof SignInRefused ? refusal(known) : {}),
  };
  const headers = {
    ...PRIVATE,
    'Content-Type': 'application/problem+json',
    ...(code === 'rateLimit' ? { 'Retry-After': String(params.seconds ?? 60) } : {}),
  };
  return new Response(JSON.stringify(body), { status, headers });
}

/** What went wrong in Gatepost itself: the log knows more than the answer. */
function unexpected(error: unknown): MailError {
  const id = randomBytes(4).toString('hex');
  // Nobody reads the answer, and nothing is wrong.
  log[hasLeft(error) ? 'debug' : 'error']('api.failed', { id, ...errorFields(error) });
  return new MailError('serverFail', 'unexpected', { cause: error, params: { id } });
}

function statusOf(error: MailError): number {
  // A mail server's refusal is no fault of the request to us.
  if (error instanceof SignInRefused) return 422;
  if (error instanceof AuthenticationError || error instanceof ConnectionError)
    return STATUS[error.code] ?? 422;
  return STATUS[error.code] ?? (error instanceof RequestError ? 400 : 500);
}

function refusal({ steps, servers, params }: SignInRefused) {
  const preset = typeof params.host === 'string' ? presetForHost(params.host) : null;
  return { steps, ...(servers.length > 0 ? { servers } : {}), provider: preset && providerOf(preset) };
}
