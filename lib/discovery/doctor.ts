/** Really signs in to both servers of an account and says, step by step, what worked, what failed and why. */
import { AuthenticationError, type ErrorCode, MailError } from '@/lib/errors';
import { checkImap } from '@/lib/imap/check';
import { errorFields, log } from '@/lib/log';
import { certificateAt } from '@/lib/net/certificate';
import { type NetConfig, routeTo } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { checkPop3 } from '@/lib/pop3/check';
import type { SignInMethod } from '@/lib/pop3/sign-in';
import { checkSmtp } from '@/lib/smtp/check';
import { refinedBy } from './refine';
import type { Servers } from './types';

type StepName = 'find' | 'connect' | 'tls' | 'greet' | 'signIn';

export interface Step {
  server: 'incoming' | 'outgoing';
  protocol: 'imap' | 'pop3' | 'smtp';
  step: StepName;
  state: 'ok' | 'failed' | 'skipped';
  host: string;
  port: number;
  code?: ErrorCode;
  params?: Record<string, string | number>;
  serverText?: string;
}

export interface Diagnosis {
  steps: Step[];
  /** null: both servers took the password. */
  error: MailError | null;
}

/** `method`: how a POP3 server is to be given the password; the others are asked as they offer. */
type Check = (login: ServerLogin, secret: Secret, config: NetConfig, method?: SignInMethod) => Promise<void>;

const CHECKS: Record<Step['protocol'], Check> = { imap: checkImap, pop3: checkPop3, smtp: checkSmtp };
/** With STARTTLS the server speaks before the connection is made safe. */
const STEPS: Record<ServerLogin['security'], StepName[]> = {
  tls: ['find', 'connect', 'tls', 'greet', 'signIn'],
  starttls: ['find', 'connect', 'greet', 'tls', 'signIn'],
  none: ['find', 'connect', 'greet', 'signIn'],
};

const FAILED_AT: Partial<Record<ErrorCode, StepName>> = {
  hostNotFound: 'find',
  addressForbidden: 'find',
  connectionRefused: 'connect',
  connectionTimeout: 'connect',
  connectionLost: 'greet',
  protocolViolation: 'greet',
  limitExceeded: 'greet',
  serverUnavailable: 'greet',
  tlsFailed: 'tls',
  tlsRequired: 'tls',
};

/** The outgoing server gets the password only after the incoming one has taken it. */
export async function diagnose(
  servers: Servers,
  secret: Secret,
  config: NetConfig,
  method?: SignInMethod,
): Promise<Diagnosis> {
  const incoming = await diagnoseIncoming(servers, secret, config, method);
  if (incoming.error) {
    return {
      ...incoming,
      steps: [...incoming.steps, ...stepsOf('outgoing', 'smtp', servers.outgoing, null)],
    };
  }
  const outgoing = await examine('outgoing', 'smtp', servers.outgoing, secret, config);
  return { steps: [...incoming.steps, ...outgoing.steps], error: outgoing.error };
}

/** The incoming server alone: what a sign-in of a program asks. */
export async function diagnoseIncoming(
  servers: Servers,
  secret: Secret,
  config: NetConfig,
  method?: SignInMethod,
): Promise<Diagnosis> {
  return examine('incoming', servers.kind, servers.incoming, secret, config, method);
}

/** One that has a sign-in of its own. */
export async function diagnoseOutgoing(
  login: ServerLogin,
  secret: Secret,
  config: NetConfig,
): Promise<Diagnosis> {
  return examine('outgoing', 'smtp', login, secret, config);
}

async function examine(
  server: Step['server'],
  protocol: Step['protocol'],
  login: ServerLogin,
  secret: Secret,
  config: NetConfig,
  method?: SignInMethod,
): Promise<Diagnosis> {
  try {
    await CHECKS[protocol](login, secret, config, method);
    return { steps: stepsOf(server, protocol, login, 'passed'), error: null };
  } catch (cause) {
    const error = await explained(cause, protocol, login, config);
    return { steps: stepsOf(server, protocol, login, error), error };
  }
}

function stepsOf(
  server: Step['server'],
  protocol: Step['protocol'],
  { host, port, security }: ServerLogin,
  outcome: MailError | 'passed' | null,
): Step[] {
  const names = STEPS[security];
  const failedAt =
    outcome instanceof MailError ? names.indexOf(FAILED_AT[outcome.code] ?? 'signIn') : names.length;
  return names.map((step, at) => {
    const base = { server, protocol, step, host, port };
    if (outcome === null || at > failedAt) return { ...base, state: 'skipped' };
    if (at < failedAt || !(outcome instanceof MailError)) return { ...base, state: 'ok' };
    const { code, params, serverText } = outcome;
    return { ...base, state: 'failed', code, params, ...(serverText ? { serverText } : {}) };
  });
}

/** The error with host, port and, where it helps, the provider's ways and the certificate that was shown. */
async function explained(
  cause: unknown,
  protocol: Step['protocol'],
  login: ServerLogin,
  config: NetConfig,
): Promise<MailError> {
  if (!(cause instanceof MailError)) throw cause;
  const params = { host: login.host, port: login.port, protocol: protocol.toUpperCase(), ...cause.params };
  if (cause instanceof AuthenticationError) return refinedBy(login.host, protocol, cause, params);
  const certificate = cause.code === 'tlsFailed' ? await shownCertificate(login, config) : {};
  const { code, message, serverText } = cause;
  return new MailError(code, message, {
    cause,
    ...(serverText ? { serverText } : {}),
    params: { ...certificate, ...params },
  });
}

async function shownCertificate(login: ServerLogin, config: NetConfig): Promise<Record<string, string>> {
  try {
    const route = await routeTo(login, { ...config, tlsPins: new Map() });
    const { names, validFrom, validTo } = await certificateAt(route);
    return { names: names.join(', '), validFrom, validTo };
  } catch (error) {
    // Why TLS failed is known; the certificate would only have made the sentence better.
    log.debug('doctor.no-certificate', errorFields(error));
    return {};
  }
}
