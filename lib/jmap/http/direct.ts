/**
 * POST /jmap/api and GET /jmap/download answered before Next routes them: every click is such a request, and the way through
 * Next's router, route module and web streams costs several times what most methods do (docs/architecture.md, Speed). The route
 * handlers give the same answers where there is no node server of ours (serverless).
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { errorFields, log } from '@/lib/log';
import { type ApiRequest, answerApi } from './api';
import { packPage } from './brotli';
import { answerDownload, type DownloadRequest, type DownloadTarget } from './download';
import { hasLeft } from './left';
import type { Answer } from './respond';

const compress = promisify(gzip);
/** Below, compressing gains no packet. */
const MIN_COMPRESSED = 1_400;
/** Half the time of the default for a twentieth more bytes. */
const LEVEL = 4;
/** As next.config.js says of all that is under /jmap: pages of other sites may use JMAP with a token that they hold. */
const FOREIGN_PAGES = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Disposition, Content-Range, ETag, Retry-After',
};
const DOWNLOAD = /^\/jmap\/download\/([^/]+)\/([^/]+)\/([^/]+)$/;

export interface Answering {
  api(request: ApiRequest): Promise<Answer>;
  download(request: DownloadRequest, target: DownloadTarget): Promise<Answer>;
}

/** Once, when the process starts (instrumentation.ts). Each server of the process is met at its first request. */
export function answerDirectly(answering: Answering = { api: answerApi, download: answerDownload }): void {
  const met = new WeakSet<Server>();
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { server: Server };
    if (met.has(server)) return;
    met.add(server);
    const others = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      const answer = answerTo(request, answering);
      if (answer) {
        respondTo(request, response, answer).catch((error) => {
          // Whoever waits is to know, also of what was begun and cannot be ended.
          response.destroy();
          logFailure(error);
        });
      } else {
        packPage(request, response);
        for (const listener of others) listener(request, response);
      }
    });
  });
}

type Work = (headers: Headers, left: AbortSignal) => Promise<Answer>;

/** null: Next's. */
function answerTo(request: IncomingMessage, { api, download }: Answering): Work | null {
  const { method, url = '' } = request;
  if (method === 'POST' && (url === '/jmap/api' || url.startsWith('/jmap/api?'))) {
    // Left half read it must stay open: the client is to see why it was refused.
    return (headers, signal) =>
      api({ method, headers, body: request.iterator({ destroyOnReturn: false }), signal });
  }
  const target = method === 'GET' ? downloadTarget(url) : null;
  return target && ((headers) => download({ method: 'GET', headers }, target));
}

function downloadTarget(url: string): DownloadTarget | null {
  if (!url.startsWith('/jmap/download/')) return null;
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const parts = DOWNLOAD.exec(pathname);
  if (!parts) return null;
  try {
    const [accountId = '', blobId = '', name = ''] = parts.slice(1).map(decodeURIComponent);
    return { accountId, blobId, name, type: searchParams.get('type') };
  } catch (error) {
    // Next refuses it.
    if (error instanceof URIError) return null;
    throw error;
  }
}

async function respondTo(request: IncomingMessage, response: ServerResponse, work: Work): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const { status, headers: told, body } = await work(headers, leftBefore(response));
  const all = {
    ...told,
    ...FOREIGN_PAGES,
    // What is left of a body that was too large is not waited for.
    ...(request.complete ? {} : { Connection: 'close' }),
  };
  if (body instanceof Readable) {
    response.writeHead(status, all);
    await pipeline(body, response);
  } else await sendText(response, status, all, { text: body ?? '', accepts: headers.get('accept-encoding') });
}

/** Aborted when the client goes away without its answer. */
function leftBefore(response: ServerResponse): AbortSignal {
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  return left.signal;
}

async function sendText(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  { text, accepts }: { text: string; accepts: string | null },
): Promise<void> {
  const plain = Buffer.from(text);
  const packs = plain.length >= MIN_COMPRESSED && /\bgzip\b/.test(accepts ?? '');
  const bytes = packs ? await compress(plain, { level: LEVEL }) : plain;
  const told = {
    ...headers,
    Vary: 'Accept-Encoding',
    ...(status === 304 ? {} : { 'Content-Length': bytes.length }),
    ...(packs ? { 'Content-Encoding': 'gzip' } : {}),
  };
  response.writeHead(status, told).end(bytes);
}

/** What the client breaks off is its own matter. */
function logFailure(error: unknown): void {
  if (hasLeft(error) || (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE')
    log.debug('jmap.left');
  else log.warn('jmap.unanswered', errorFields(error));
}
