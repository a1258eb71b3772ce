/**
 * Did the receiving server find the sender's signature broken (RFC 8601, security.md S30)? Only the topmost Authentication-Results is read: the
 * receiving server writes above all that came with the message. Where the operator named its servers, only theirs count.
 */
import type { EmailHeader } from '@/lib/jmap/types';

/** Longer fields are not read: they are a stranger's. */
const MAX_FIELD = 8_192;

export function failsAuthentication(headers: readonly EmailHeader[], trusted: readonly string[]): boolean {
  const results = headers
    .filter(({ name }) => name.toLowerCase() === 'authentication-results')
    .map(({ value }) => parseResults(value.slice(0, MAX_FIELD)));
  const told =
    trusted.length === 0
      ? results[0]
      : results.find(({ by }) => trusted.some((name) => name.toLowerCase() === by));
  if (!told) return false;
  const { dmarc = [], dkim = [] } = told.methods;
  // DMARC sums up: it passes where one aligned signature or sender check does.
  if (dmarc.length > 0) return dmarc.includes('fail') && !dmarc.includes('pass');
  return dkim.includes('fail') && !dkim.includes('pass');
}

/** `mx.example.org; dkim=fail (bad hash) header.d=x; dmarc=fail` */
export function parseResults(value: string): { by: string; methods: Record<string, string[]> } {
  const [server = '', ...entries] = withoutComments(value).split(';');
  const methods: Record<string, string[]> = {};
  for (const entry of entries) {
    const [, method, result] = /^\s*([\w-]{1,40})(?:\s*\/\s*\d+)?\s*=\s*([\w-]{1,40})/.exec(entry) ?? [];
    if (!method || !result) continue;
    const name = method.toLowerCase();
    methods[name] = [...(methods[name] ?? []), result.toLowerCase()];
  }
  return { by: (server.trim().split(/\s+/)[0] ?? '').toLowerCase(), methods };
}

/** Comments nest, and a bracket or semicolon in quotes is none (RFC 5322 §3.2.2). */
function withoutComments(value: string): string {
  let depth = 0;
  let quoted = false;
  let out = '';
  for (let at = 0; at < value.length; at += 1) {
    const sign = value[at];
    if (sign === '\\') at += 1;
    else if (quoted) quoted = sign !== '"';
    else if (depth === 0 && sign === '"') quoted = true;
    else if (sign === '(') depth += 1;
    else if (sign === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) out += sign;
  }
  return out;
}
