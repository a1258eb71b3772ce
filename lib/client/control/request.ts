/** One call of the control plane; a refusal (RFC 9457) comes back as a typed error, a broken link as code `network`. */
import { JmapFault, LinkFault } from '@/lib/client/jmap';
import type { CheckStep, FoundServers, Provider } from './types';

type Params = Record<string, string | number>;

export class ControlFault extends Error {
  readonly code: string;
  readonly params: Params;
  readonly serverText: string | null;
  readonly steps: CheckStep[];
  readonly provider: Provider | null;
  /** Found, but to be confirmed by the user first. */
  readonly servers: FoundServers[];

  constructor(code: string, problem: Partial<Omit<ControlFault, 'code'>> = {}, cause?: unknown) {
    super(code, { cause });
    this.name = 'ControlFault';
    this.code = code;
    this.params = problem.params ?? {};
    this.serverText = problem.serverText ?? null;
    this.steps = problem.steps ?? [];
    this.provider = problem.provider ?? null;
    this.servers = problem.servers ?? [];
  }
}

/** Any failure as one; JMAP's own keep their code and the server's words. */
export function faultOf(error: unknown): ControlFault {
  if (error instanceof ControlFault) return error;
  if (error instanceof LinkFault) return new ControlFault('network', {}, error);
  if (error instanceof JmapFault) {
    return new ControlFault(error.code, { params: error.params, serverText: error.detail ?? null }, error);
  }
  return new ControlFault('serverFail', {}, error);
}

type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

export async function control<T>(
  method: Method,
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<T> {
  const response = await send(method, path, body, signal);
  if (!response.ok) throw await refusal(response);
  // 202 and 204 say all there is to say.
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function send(method: Method, path: string, body: object | undefined, signal: AbortSignal | undefined) {
  try {
    return await fetch(path, {
      method,
      signal,
      cache: 'no-store',
      headers: { 'x-gatepost': '1', ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body && JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ControlFault('network', {}, error);
  }
}

async function refusal(response: Response): Promise<ControlFault> {
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false;
  // A proxy in front answers with a page of its own.
  if (!isProblem) return new ControlFault(response.status >= 502 ? 'network' : 'serverFail');
  const { code, ...problem } = await response.json();
  return new ControlFault(typeof code === 'string' ? code : 'serverFail', problem);
}
