/**
 * POST /jmap/api answered before Next routes it: every click is such a request, and the way through Next's router, route
 * module and web streams costs several times what most methods do (docs/architecture.md, Speed). The route handler gives
 * the same answer where there is no node server of ours (serverless).
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { errorFields, log } from '@/lib/log';
import { type ApiRequest, answerApi } from './api';
import { packPage } from './brotli';
import type { TextAnswer } from './respond';

const compress = promisify(gzip);
/** Below, compressing gains no packet. */
const MIN_COMPRESSED = 1_400;
/** Half the time of the default for a twentieth more bytes. */
const LEVEL = 4;

type Answer = (request: ApiRequest) => Promise<TextAnswer>;

/** Once, when the process starts (instrumentation.ts). Each server of the process is met at its first request. */
export function answerDirectly(answer: Answer = answerApi): void {
  const met = new WeakSet<Server>();
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { server: Server };
    if (met.has(server)) return;
    met.add(server);
    const others = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      if (isApiCall(request)) respondTo(request, response, answer).catch(logFailure);
      else {
        packPage(request, response);
        for (const listener of others) listener(request, response);
      }
    });
  });
}

function isApiCall({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && (url === '/jmap/api' || url.startsWith('/jmap/api?'));
}

async function respondTo(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  // Left half read it must stay open: the client is to see why it was refused.
  const body = request.iterator({ destroyOnReturn: false });
  const answered = await answer({ method: 'POST', headers, body });
  const plain = Buffer.from(answered.text);
  const packs = plain.length >= MIN_COMPRESSED && /\bgzip\b/.test(headers.get('accept-encoding') ?? '');
  const bytes = packs ? await compress(plain, { level: LEVEL }) : plain;
  const told = {
    ...answered.headers,
    Vary: 'Accept-Encoding',
    'Content-Length': bytes.length,
    ...(packs ? { 'Content-Encoding': 'gzip' } : {}),
    // What is left of a body that was too large is not waited for.
    ...(request.complete ? {} : { Connection: 'close' }),
  };
  response.writeHead(answered.status, told).end(bytes);
}

function logFailure(error: unknown): void {
  log.warn('jmap.unanswered', errorFields(error));
}
