/** Node's socket and TLS errors as MailErrors that say which step failed. */
import { ConnectionError, type ErrorCode, MailError } from '@/lib/errors';
import type { Endpoint } from './types';

type CertificateFault =
  | 'expired'
  | 'notYetValid'
  | 'wrongName'
  | 'selfSigned'
  | 'untrusted'
  | 'weak'
  | 'protocol';

const SOCKET: Record<string, ErrorCode> = {
  ENOTFOUND: 'hostNotFound',
  EAI_AGAIN: 'hostNotFound',
  ENODATA: 'hostNotFound',
  ECONNREFUSED: 'connectionRefused',
  ETIMEDOUT: 'connectionTimeout',
  ETIME: 'connectionTimeout',
  EHOSTUNREACH: 'connectionTimeout',
  ENETUNREACH: 'connectionTimeout',
  ECONNRESET: 'connectionLost',
  EPIPE: 'connectionLost',
  ECONNABORTED: 'connectionLost',
  ERR_STREAM_PREMATURE_CLOSE: 'connectionLost',
};

const CERTIFICATE: Record<string, CertificateFault> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'notYetValid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrongName',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'selfSigned',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  CERT_REVOKED: 'untrusted',
  CERT_SIGNATURE_FAILURE: 'untrusted',
  INVALID_CA: 'untrusted',
  INVALID_PURPOSE: 'untrusted',
  CA_MD_TOO_WEAK: 'weak',
  EE_KEY_TOO_SMALL: 'weak',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'protocol',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'protocol',
  ERR_SSL_WRONG_VERSION_NUMBER: 'protocol',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'protocol',
};

/** What libraries (imapflow, nodemailer) wrap stays reachable through `cause`; MailErrors pass unchanged. */
export function connectionError(error: unknown, endpoint: Pick<Endpoint, 'host' | 'port'>): MailError {
  if (error instanceof MailError) return error;
  const params = { host: endpoint.host, port: endpoint.port };
  const [code, source] = wireCode(error);
  const fault = CERTIFICATE[code] ?? (/^ERR_(SSL|TLS)_/.test(code) ? 'protocol' : undefined);
  if (fault) {
    const text = source instanceof Error ? source.message : code;
    return new ConnectionError('tlsFailed', `TLS: ${code}`, {
      cause: error,
      serverText: text,
      params: { ...params, reason: fault, ...certificateParams(source) },
    });
  }
  const mapped =
    SOCKET[code] ?? (/time(d )?out/i.test(messageOf(error)) ? 'connectionTimeout' : 'connectionLost');
  return new ConnectionError(mapped, `connection: ${code || messageOf(error)}`, { cause: error, params });
}

/** The first known code along the chain of causes, else the error's own. */
function wireCode(error: unknown): [code: string, source: unknown] {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = codesOf(at).find(isKnown);
    if (code) return [code, at];
    if (at instanceof AggregateError && at.errors[0] instanceof Error) return wireCode(at.errors[0]);
  }
  return [error instanceof Error ? (codesOf(error)[0] ?? '') : '', error];
}

/** nodemailer puts a word of its own into `code` and keeps Node's beside it. */
function codesOf(error: Error): string[] {
  const code = 'code' in error ? error.code : undefined;
  const originalCode = 'originalCode' in error ? error.originalCode : undefined;
  return [code, originalCode].filter((each) => typeof each === 'string');
}

function isKnown(code: string): boolean {
  return code in SOCKET || code in CERTIFICATE || /^ERR_(SSL|TLS)_/.test(code);
}

/** Only ERR_TLS_CERT_ALTNAME_INVALID carries the certificate; `certificateOf` (probe.ts) reads it in the other cases. */
function certificateParams(error: unknown): Record<string, string> {
  if (!(error instanceof Error) || !('cert' in error) || typeof error.cert !== 'object' || !error.cert)
    return {};
  const cert = error.cert as { subjectaltname?: string; valid_from?: string; valid_to?: string };
  return {
    names: (cert.subjectaltname ?? '').replaceAll('DNS:', '').slice(0, 300),
    validFrom: cert.valid_from ?? '',
    validTo: cert.valid_to ?? '',
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
